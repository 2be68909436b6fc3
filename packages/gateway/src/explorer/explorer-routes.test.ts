import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { silentLogger } from '@modkit/core/spi'
import { plainPolicy } from '../exchange/exchange-policy.js'
import { Exchange } from '../exchange/exchange.js'
import { readAssets } from './explorer-assets.js'
import { explorerRoutes, type ExplorerOptions } from './explorer-routes.js'

/** What the page answers when it is asked so many times. */
async function answersOf(read: ExplorerOptions['read'], times: number): Promise<{ status: number; text: string }[]> {
  const options = { title: 'API', servers: [], operationCount: 0, logger: silentLogger, ...(read && { read }) }
  const [page] = explorerRoutes(options)
  const server = createServer((request, response) => {
    page?.route.serve(new Exchange(request, response, plainPolicy(silentLogger)), { params: {}, search: '' })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/docs`
  const answers: { status: number; text: string }[] = []
  for (let time = 0; time < times; time++) {
    const response = await fetch(url)
    answers.push({ status: response.status, text: await response.text() })
  }
  server.closeAllConnections()
  server.close()
  return answers
}

test('files that are not there are a problem that says so, until they are there', async () => {
  let reads = 0
  const read: typeof readAssets = () =>
    reads++ === 0 ? Promise.reject(new Error('ENOENT: /srv/app/node_modules')) : readAssets()
  const [first, second] = await answersOf(read, 2)
  expect(first?.status).toBe(404)
  expect(first?.text).toContain('EXPLORER_MISSING')
  expect(first?.text).not.toContain('/srv')
  expect(second).toMatchObject({ status: 200, text: expect.stringContaining('<div id="explorer"') })
})

test('files are read when the page is first asked for, and once', async () => {
  let reads = 0
  const read: typeof readAssets = () => {
    reads++
    return readAssets()
  }
  await answersOf(read, 0)
  expect(reads).toBe(0)
  await answersOf(read, 3)
  expect(reads).toBe(1)
})
