import { once } from 'node:events'
import { connect, type ClientHttp2Session } from 'node:http2'
import { expect, test } from '@jest/globals'
import { FakeClock, silentLogger } from '@modkit/core/spi'
import { defaultHubSettings } from '../src/hub/hub-config.js'
import { CallAdmission } from '../src/hub/call-admission.js'
import { HubServer } from '../src/hub/hub-server.js'
import { Vouching } from '../src/propagation/vouching.js'
import { calculatorWith } from './hub-fixture.js'

function createServer(): { server: HubServer; clock: FakeClock; listen: () => Promise<string> } {
  const clock = new FakeClock()
  const endless = calculatorWith({
    async *countTo() {
      for (let i = 0; ; i++) yield await Promise.resolve({ value: String(i) })
    },
  })
  const installers = [{ module: 'math', available: true, services: [endless] }]
  const logger = silentLogger
  const vouching = new Vouching({ clock })
  const admission = new CallAdmission({ mode: 'optional', authenticator: undefined, vouching, logger })
  const server = new HubServer({ ...defaultHubSettings, installers, admission, logger, clock })
  const listen = async (): Promise<string> => {
    const address = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const
    return (await server.listen(address, new AbortController().signal)).endpoint
  }
  return { server, clock, listen }
}

test('a client that does not read has a quarter of a second after the deadline, then its connection is cut', async () => {
  const { server, clock, listen } = createServer()
  const session = await callWithoutReading(await listen())
  const disconnected = once(session, 'close')
  let isClosed = false
  const closing = server.close(AbortSignal.abort()).then(() => (isClosed = true))
  await clock.advance(249)
  expect(isClosed).toBe(false)
  await clock.advance(1)
  await closing
  await disconnected
})

test('closing what is closed sets no timer', async () => {
  const { server, clock, listen } = createServer()
  await listen()
  await server.close(new AbortController().signal)
  await server.close(AbortSignal.abort())
  expect(clock.pendingTimers).toBe(0)
})

/** Asks for a stream, and never lets the server send a byte of it. */
async function callWithoutReading(endpoint: string): Promise<ClientHttp2Session> {
  const session = connect(endpoint, { settings: { initialWindowSize: 0 } }).on('error', () => undefined)
  const call = session.request({
    ':method': 'POST',
    ':path': '/calculator.v1.Calculator/CountTo',
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  call.on('error', () => undefined)
  const emptyMessage = Buffer.alloc(5)
  call.end(emptyMessage)
  await once(call, 'response')
  return session
}
