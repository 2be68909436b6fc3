import { expect, test } from '@jest/globals'
import { MorePrices, Prices } from './fixtures/docs/prices.js'
import { RawClient } from './support/raw-client.js'
import { serve } from './support/serve.js'

test('the modules on the page do what it says', async () => {
  await using served = await serve({ modules: [Prices, MorePrices] })
  using all = new RawClient(served.port, 'GET /prices/v1/changes HTTP/1.1')
  await all.until('retry: 2000\n\n')
  served.host.module(Prices).change({ symbol: 'ACME', amount: 7 })
  await all.until('event: price\nid: ')
  await all.until('data: {"symbol":"ACME","amount":7}\n\n')

  const { changes } = served.host.module(MorePrices)
  using some = new RawClient(served.port, 'GET /prices/v1/changes/ACME HTTP/1.1', ['host: a', 'last-event-id: old'])
  await some.until('event: reset')
  changes.publish({ symbol: 'EMCA', amount: 8 })
  changes.publish({ symbol: 'ACME', amount: 9 })
  await some.until('"amount":9')
  expect(some.text).not.toContain('EMCA')

  const response = await served.fetch('/prices/v1/export')
  expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/csv', 'ACME,1\nEMCA,1\n'])
})
