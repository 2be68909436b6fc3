import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from '@jest/globals'
import { authenticatorKey, clientRegistration, type Authenticator } from '@modkit/core'
import { createTestHost } from '@modkit/testing'
import { tableBelow } from '../../core/test/support/documented-lines.js'
import { ApiGateway, insecureDevAuthConfig, jwtAuthConfig } from '../src/index.js'
import { ApiKeys } from './fixtures/docs/api-keys.js'
import { ordersHost } from './fixtures/docs/jwt-host.js'
import { auditClient, AuditModule, Orders } from './fixtures/docs/orders.js'

const page = new URL('../../../docs/authentication.md', import.meta.url)

/** The keys of a schema, by what it says of one that it does not know. */
function keysOf(schema: StandardSchemaV1, section?: string): readonly string[] {
  const value = section === undefined ? { unknown_: 1 } : { [section]: { unknown_: 1 } }
  const { issues } = schema['~standard'].validate(value) as StandardSchemaV1.FailureResult
  const known = /known are ([\w, ]+)/.exec(issues[0]?.message ?? '')?.[1]?.split(', ') ?? []
  return section === undefined ? known : known.map((key) => `${section}.${key}`)
}

const documented = (heading: string): readonly string[] =>
  tableBelow(page, heading)
    .flatMap(([key = '']) => key.split(' '))
    .map((key) => key.replaceAll('`', ''))

describe('the page on authentication', () => {
  test('has every setting of JwtAuth, and no other', () => {
    const sections = ['jwks', 'claims']
    const keys = keysOf(jwtAuthConfig).filter((key) => !sections.includes(key))
    const all = [...keys, ...sections.flatMap((section) => keysOf(jwtAuthConfig, section))]
    expect(documented('### Its settings').toSorted()).toEqual(all.toSorted())
  })

  test('has every setting of InsecureDevAuth, and no other', () => {
    const keys = keysOf(insecureDevAuthConfig).filter((key) => key !== 'headers')
    const all = [...keys, ...keysOf(insecureDevAuthConfig, 'headers')]
    expect(documented('## While developing').toSorted()).toEqual(all.toSorted())
  })
})

test('the configuration of the page is one that JwtAuth takes', async () => {
  const host = ordersHost(fileURLToPath(new URL('./fixtures/docs/jwt.yaml', import.meta.url)))
  await expect(host.migrate()).resolves.toMatchObject({ modules: [] })
})

test('the authenticator of the page knows its callers by their keys', async () => {
  const key_sha256 = createHash('sha256').update('the key of ada').digest('hex')
  const clients = [{ name: 'ada', key_sha256, scopes: ['orders:read'] }]
  await using host = await createTestHost({
    modules: [ApiGateway, ApiKeys, AuditModule, Orders],
    config: { modules: { 'api-keys': { config: { clients } } } },
  }).start()
  const asked = async (headers: Record<string, string> = {}): Promise<number> =>
    (await host.request('/orders/v1/orders', { headers })).status
  expect(await asked()).toBe(401)
  expect(await asked({ 'x-api-key': 'another key' })).toBe(401)
  expect(await asked({ 'x-api-key': 'the key of ada' })).toBe(200)
  expect(host.clients.get(auditClient).entries).toEqual(['ada read orders'])
})

test('the test of the page decides who is calling', async () => {
  // #region testing
  const authenticator: Authenticator = {
    authenticate: ({ headers }) =>
      headers.authorization === 'Bearer ada' ? { subject: 'ada', tenant: 'navy', scopes: ['orders:read'] } : null,
  }
  await using host = await createTestHost({
    modules: [ApiGateway, AuditModule, Orders],
    clients: [clientRegistration(authenticatorKey, authenticator)],
  }).start()

  const response = await host.request('/orders/v1/orders', { headers: { authorization: 'Bearer ada' } })
  expect(await response.json()).toEqual([{ id: 'navy-1' }])
  // #endregion
  expect((await host.request('/orders/v1/orders')).status).toBe(401)
  expect(host.clients.get(auditClient).entries).toEqual(['ada read orders'])
})
