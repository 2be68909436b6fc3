import { AsyncLocalStorage } from 'node:async_hooks'
import { Server } from 'node:http'
import { afterEach, expect, jest, test } from '@jest/globals'
import { authenticatorKey, clientRegistration, currentSecurity, type Authenticator } from '@modkit/core'
import { currentRequest, FakeClock, traceRequests } from '@modkit/core/spi'
import * as z from 'zod'
import { clockedGateway } from './support/clocked-gateway.js'
import { RawClient } from './support/raw-client.js'
import { restModule, serve } from './support/serve.js'

const Text = z.object({ text: z.string() })

afterEach(() => {
  jest.restoreAllMocks()
})

test('what traces a process from around its servers is there in a handler with a body', async () => {
  const store = new AsyncLocalStorage<string>()
  // The way in which instrumentation gets around every request.
  const emit = Reflect.get(Server.prototype, 'emit') as (...given: unknown[]) => boolean
  jest.spyOn(Server.prototype, 'emit').mockImplementation(function (this: Server, event, ...given: unknown[]) {
    const goOn = (): boolean => emit.call(this, event, ...given)
    return String(event) === 'request' ? store.run((given[0] as { url: string }).url, goOn) : goOn()
  })
  await using served = await serve((rest) => {
    rest
      .post('/spans/{name}')
      .public()
      .params(z.object({ name: z.string() }))
      .body(Text)
      .response(200, Text)
      .handle(() => ({ text: store.getStore() ?? 'lost' }))
  })
  const headers = ['host: a', 'content-type: application/json', 'content-length: 11']
  using client = new RawClient(served.port, 'POST /spans/first HTTP/1.1', headers)
  client.send(['{"text":""}POST /spans/second HTTP/1.1', ...headers, 'connection: close', '', '{"te'].join('\r\n'))
  await client.until('}')
  client.send('xt":""}')
  await client.closed
  expect(client.text.match(/\/spans\/\w+/g)).toEqual(['/spans/first', '/spans/second'])
})

test('who hears that the time is over hears it on behalf of its own caller', async () => {
  const clock = new FakeClock()
  const seen: unknown[] = []
  let bothWait: () => void = () => undefined
  const isWaiting = new Promise<void>((resolve) => (bothWait = resolve))
  const waiting = restModule('waiting', (rest) => {
    rest
      .get('/wait')
      .authenticated()
      .timeout('5s')
      .response(200, Text)
      .handle(({ security, signal }) => {
        signal.addEventListener('abort', () => seen.push([security.subject, currentSecurity()?.subject]))
        if (security.subject === 'bob') bothWait()
        return new Promise(() => undefined)
      })
  })
  const byName: Authenticator = {
    authenticate: ({ headers }) => ({ subject: headers.authorization ?? '', scopes: [] }),
  }
  await using served = await serve({
    modules: [waiting],
    clients: [clientRegistration(authenticatorKey, byName)],
    gateway: clockedGateway(clock),
  })
  // In one packet, so that both begin in one turn of the event loop.
  using client = new RawClient(served.port, 'GET /wait HTTP/1.1', [
    'host: a',
    'authorization: ada\r\n\r\nGET /wait HTTP/1.1',
    'host: a',
    'authorization: bob',
  ])
  await isWaiting
  await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(5_000)
  await client.until('HANDLER_TIMEOUT')
  expect(seen).toEqual([
    ['ada', 'ada'],
    ['bob', 'bob'],
  ])
})

test('the trace of a request is remembered from when somebody sends it along, and not before', async () => {
  const seen: unknown[] = []
  await using served = await serve((rest) => {
    rest
      .get('/seen')
      .public()
      .response(204)
      .handle(() => void seen.push(currentRequest()))
  })
  const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'a=1' }
  await fetch(`${served.url}/seen`, { headers })
  traceRequests()
  await fetch(`${served.url}/seen`, { headers })
  await fetch(`${served.url}/seen`)
  expect(seen).toEqual([
    undefined,
    {
      traceparent: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa)\w{16}-01$/),
      tracestate: 'a=1',
    },
    { traceparent: expect.stringMatching(/^00-\w{32}-\w{16}-00$/) },
  ])
})
