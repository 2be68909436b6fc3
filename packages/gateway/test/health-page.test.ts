import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { Ledger } from '../../core/test/fixtures/docs/ledger.js'
import { serve } from './support/serve.js'

test('what the page shows is said while the ledger is not connected', async () => {
  await using served = await serve({ modules: [Ledger] })
  served.host.module(Ledger).isConnected = false
  const response = await served.fetch('/health')
  const shown = await readFile(new URL('./fixtures/docs/health.json', import.meta.url), 'utf8')
  expect([response.status, await response.json()]).toEqual([200, JSON.parse(shown)])
})
