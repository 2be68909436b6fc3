import { describe, expect, test } from '@jest/globals'
import { reply, type RestApi } from '@modkit/core'
import type { Request, Response } from 'express'
import * as z from 'zod'
import type { GatewayConfig } from '../src/index.js'
import { restModule, serve, unstarted } from './support/serve.js'

const APP = 'https://app.example'

const declare = (rest: RestApi): void => {
  rest
    .put('/things/{id}')
    .public()
    .body(z.object({ name: z.string() }))
    .response(200, z.any())
    .handle(({ body }) => body)
  rest
    .get('/languages')
    .public()
    .response(200, z.string())
    .handle(() => reply(200, 'hi', { Vary: 'Accept-Language' }))
  rest.mount('/old', (_request: Request, response: Response) => void response.json({ old: true }))
}

const served = (config: GatewayConfig) => serve({ modules: [restModule('things', declare)], config })

const exact = { cors_enabled: true, cors: { allowed_origins: [APP], allow_credentials: true } }

function preflight(origin = APP, headers = {}): RequestInit {
  return {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT', ...headers },
  }
}

describe('pages of other origins', () => {
  test('get nothing unless the configuration says so', async () => {
    await using gateway = await served({})
    const response = await gateway.fetch('/things/1', preflight())
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.headers.get('access-control-allow-methods')).toBeNull()
  })

  test('are told before the request what they may send', async () => {
    await using gateway = await served(exact)
    const asked = { 'access-control-request-headers': 'content-type,x-own' }
    const response = await gateway.fetch('/things/1', preflight(APP, asked))
    expect(response.status).toBe(204)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': expect.stringContaining('PUT'),
      'access-control-allow-headers': 'content-type,x-own',
      'access-control-max-age': '600',
      vary: 'Origin',
    })
  })

  test.each([
    ['an answer', '/things/1', { name: 'a' }, 200],
    ['a problem of validation', '/things/1', { name: 1 }, 422],
    ['what is not there', '/none', { name: 'a' }, 404],
    ['a mount', '/old/x', { name: 'a' }, 200],
  ])('may read %s', async (...[, path, body, status]) => {
    await using gateway = await served(exact)
    const response = await gateway.send(`PUT ${path}`, body, { origin: APP })
    expect(response.status).toBe(status)
    expect(response.headers.get('access-control-allow-origin')).toBe(APP)
    expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id')
  })

  test('whose origin is not listed get nothing, and no cache mixes them up', async () => {
    await using gateway = await served(exact)
    const other = 'https://app.example.evil.example'
    const response = await gateway.send('PUT /things/1', { name: 'a' }, { origin: other })
    const before = await gateway.fetch('/things/1', preflight(other))
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.headers.get('vary')).toBe('Origin')
    expect(before.headers.get('access-control-allow-methods')).toBeNull()
  })

  test('are kept apart by caches also where the answer says that it varies by something else', async () => {
    await using gateway = await served(exact)
    const response = await gateway.fetch('/languages', { headers: { origin: APP } })
    expect(response.headers.get('vary')).toBe('Origin, Accept-Language')
  })

  test('of any origin may come where the configuration says "*", without credentials', async () => {
    await using gateway = await served({ cors_enabled: true })
    const response = await gateway.send('PUT /things/1', { name: 'a' }, { origin: 'https://any.example' })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test.each([
    ['/things/1', 200],
    ['/none', 404],
    ['/old/x', 200],
  ])('of any origin may have what a cache has kept of %s for somebody of none', async (path, status) => {
    await using gateway = await served({ cors_enabled: true })
    const own = await gateway.send(`PUT ${path}`, { name: 'a' })
    expect(own.status).toBe(status)
    expect(own.headers.get('access-control-allow-origin')).toBe('*')
    expect(own.headers.get('access-control-expose-headers')).toContain('x-request-id')
    expect(own.headers.get('vary')).toBeNull()
  })

  test.each(['/things/1', '/none', '/old/x'])('that are listed are given nothing that is kept of %s', async (path) => {
    await using gateway = await served(exact)
    const own = await gateway.send(`PUT ${path}`, { name: 'a' })
    expect(own.headers.get('access-control-allow-origin')).toBeNull()
    expect(own.headers.get('vary')).toBe('Origin')
  })

  test('are told as much as is configured', async () => {
    const cors = {
      allowed_origins: [APP],
      allowed_methods: ['GET'],
      allowed_headers: ['x-own'],
      exposed_headers: [],
      max_age_seconds: 0,
    }
    await using gateway = await served({ cors_enabled: true, cors })
    const { headers } = await gateway.fetch(
      '/things/1',
      preflight(APP, { 'access-control-request-headers': 'x-other' }),
    )
    expect(headers.get('access-control-allow-methods')).toBe('GET')
    expect(headers.get('access-control-allow-headers')).toBe('x-own')
    expect(headers.get('access-control-max-age')).toBeNull()
    expect(headers.get('access-control-expose-headers')).toBeNull()
  })
})

test.each([
  [{ allowed_origins: ['*'], allow_credentials: true }, /every website could act as its visitors/],
  [{ allowed_origins: ['app.example'] }, /no origin; write one as https:\/\/app\.example/],
  [{ allowed_origins: ['https://app.example/'] }, /browsers send "https:\/\/app\.example"/],
  [{ allowed_origins: ['https://App.example'] }, /browsers send "https:\/\/app\.example"/],
])('%j does not start', async (cors, reason) => {
  const host = unstarted({ config: { cors_enabled: true, cors } })
  const error = await host.start().catch((thrown: unknown) => thrown as Error)
  expect(error).toMatchObject({ code: 'PHASE_FAILED', cause: { code: 'GATEWAY_CONFIG_INVALID' } })
  expect((error as { cause: Error }).cause.message).toMatch(reason)
})
