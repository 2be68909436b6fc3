import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createHost } from '@modkit/core'
import { createTestHost, RecordingLogger, type TestHost } from '@modkit/testing'
import { matchers } from '@modkit/testing/jest'
import { modules } from '../src/modules.js'

let acme: Server

beforeAll(async () => {
  expect.extend(matchers)
  acme = createServer((request, response) => {
    response.statusCode = request.url === '/rates/USD' ? 200 : 503
    response.end(JSON.stringify({ rate: 1.25 }))
  }).listen(0, '127.0.0.1')
  await once(acme, 'listening')
})
afterAll(() => {
  acme.close()
  acme.closeAllConnections()
})

const pricesIn = (host: TestHost, currency: string): Promise<Response> =>
  host.request(`/prices/v1/prices?currency=${currency}`)
const liveAddress = (): string => `http://127.0.0.1:${String((acme.address() as AddressInfo).port)}`

function pluginsHost(vendor: string, address?: string): TestHost {
  const config = {
    rates: { config: { vendor } },
    'acme-rates': { config: { ...(address !== undefined && { address }) } },
  }
  return createTestHost({ modules, config: { modules: config } })
}

describe('the rates come from', () => {
  test('the vendor that is configured', async () => {
    await using host = await pluginsHost('fixed').start()
    await expect((await pricesIn(host, 'USD')).json()).resolves.toEqual({ map: 4, compass: 25 })
    expect((await host.logs.line('Chose a source of rates')).fields).toMatchObject({ plugin: 'fixed.one' })
  })

  test('its instance with the lowest priority, when there are several', async () => {
    await using host = await pluginsHost('acme', liveAddress()).start()
    await expect((await pricesIn(host, 'USD')).json()).resolves.toEqual({ map: 5, compass: 31.25 })
    await expect(await pricesIn(host, 'CHF')).toBeProblem({ status: 502 })
  })

  test('the next one, when that is not there', async () => {
    await using host = await pluginsHost('acme').start()
    await expect((await pricesIn(host, 'USD')).json()).resolves.toEqual({ map: 4.32, compass: 27 })
    await expect(await pricesIn(host, 'XXX')).toBeProblem({ status: 404, title: 'No rate is known for XXX' })
  })
})

test('plugins start after the main module, and those who use it know of none', async () => {
  await using host = await pluginsHost('acme').start()
  expect(host.registry.get('price-list')?.deps).toEqual(['rates'])
  expect(host.events.filter((event) => event.endsWith(' init'))).toEqual([
    'api-gateway init',
    'rates init',
    'acme-rates init',
    'fixed-rates init',
  ])
})

test('the configuration of the example fits its modules', async () => {
  const config = fileURLToPath(new URL('../config/plugins.yaml', import.meta.url))
  const host = createHost({ modules, config, logger: new RecordingLogger() })
  await expect(host.migrate()).resolves.toMatchObject({ modules: [] })
})
