import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import express from 'express'
import { bornMessages } from './born-messages.js'

test('messages are plain until they are to become Express’s, and then are born as such', async () => {
  const app = express()
  const messages = bornMessages()
  const seen: unknown[][] = []
  const isExpress: boolean[] = []
  const server = createServer({ ...messages }, (request, response) => {
    seen.push([Object.getPrototypeOf(request), Object.getPrototypeOf(response)])
    isExpress.push('get' in request && 'json' in response)
    response.end('ok')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  await (await fetch(url)).text()
  messages.becomeExpress(app)
  expect(await (await fetch(url)).text()).toBe('ok')
  server.closeAllConnections()
  server.close()
  expect(isExpress).toEqual([false, true])
  expect(seen).toEqual([
    [messages.IncomingMessage.prototype, messages.ServerResponse.prototype],
    [app.request, app.response],
  ])
  expect(seen[0]?.[0] === seen[1]?.[0] && seen[0]?.[1] === seen[1]?.[1]).toBe(true)
})
