import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { FakeClock } from '@modkit/core/spi'
import * as z from 'zod'
import { RawClient } from './support/raw-client.js'
import { clockedGateway } from './support/clocked-gateway.js'
import { restModule, serve } from './support/serve.js'

const HEAD = 'HTTP/1.1\r\nhost: a\r\n\r\n'

/** Operations that wait until their clients have gone, and the signals of those who wait. */
async function patient() {
  const signals = new Map<string, AbortSignal>()
  let arrived: () => void = () => undefined
  const module = restModule('patient', (rest) => {
    for (const path of ['/first', '/second'] as const)
      rest
        .get(path)
        .public()
        .rateLimit({ inFlight: 1 })
        .response(204)
        .handle(async ({ signal }) => {
          signals.set(path, signal)
          arrived()
          await aborted(signal)
        })
  })
  const served = await serve({ modules: [module] })
  const until = async (count: number): Promise<void> => {
    while (signals.size < count) await new Promise<void>((resolve) => (arrived = resolve))
  }
  return { served, signals, until }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

describe('a pipelined request whose turn never comes', () => {
  test('ends with its connection: its signal aborts, its place is free, and nothing is left to drain', async () => {
    const { served, signals, until } = await patient()
    using client = new RawClient(served.port, 'GET /first HTTP/1.1')
    client.send(`GET /second ${HEAD}`)
    await until(2)
    client.socket.destroy()
    await Promise.all([...signals.values()].map(aborted))
    signals.clear()
    using other = new RawClient(served.port, 'GET /second HTTP/1.1')
    await until(1)
    other.socket.destroy()
    expect(await served.host.stop()).toMatchObject({ leftBehind: [] })
  })

  test('does not hold up those whose turn comes, nor is told twice of its end', async () => {
    const module = restModule('m', (rest) =>
      rest
        .get('/later')
        .public()
        .response(204)
        .handle(() => new Promise<void>((resolve) => setImmediate(resolve))),
    )
    await using served = await serve({ modules: [module] })
    using client = new RawClient(served.port, 'GET /later HTTP/1.1')
    client.send(`GET /later ${HEAD}`.repeat(20))
    client.send('GET /later HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    await client.closed
    expect(client.text.match(/HTTP\/1\.1 204/g)).toHaveLength(22)
  })
})

test('requests that are on their way on connections that stay are answered before a stop closes those', async () => {
  await using served = await serve((rest) => {
    rest
      .get('/now')
      .public()
      .response(200, z.string())
      .handle(() => 'here')
  })
  const clients = Array.from({ length: 8 }, () => new RawClient(served.port, 'GET /now HTTP/1.1'))
  await Promise.all(clients.map((client) => client.until('here')))
  // Written to the system at once: the server has them when it is told to stop, and has not looked yet.
  for (const client of clients) client.send(`GET /now ${HEAD}`)
  await served.host.stop()
  const ends = await Promise.all(clients.map((client) => client.closed))
  expect(ends).toEqual(clients.map(() => undefined))
  for (const { text } of clients) expect(text.match(/"here"/g)).toHaveLength(2)
})

test('a drain whose deadline has passed already cuts connections that come while it begins, too', async () => {
  const { served } = await patient()
  const drained = served.gateway.drain(AbortSignal.abort())
  const late = connect(served.port, '127.0.0.1')
  late.on('error', () => undefined)
  late.write(`GET /first ${HEAD}`)
  await drained
  expect(await served.host.stop()).toMatchObject({ leftBehind: [] })
  late.destroy()
})

describe('a client whose request is malformed, and which does not close its connection', () => {
  const BAD_CHUNK =
    'POST /p HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n'

  /** One that has its answer, and goes on as if the connection were its own for ever. */
  async function answered(port: number, request: string): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => undefined)
    socket.write(request)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /)
    return socket
  }

  test.each([
    ['no request at all', 'NO REQUEST\r\n\r\n'],
    ['a body that is none', BAD_CHUNK],
  ])('is let go a second after its answer: %s', async (_, request) => {
    const clock = new FakeClock()
    const module = restModule('m', (rest) =>
      rest
        .post('/p')
        .public()
        .body(z.any())
        .response(204)
        .handle(() => undefined),
    )
    const served = await serve({
      modules: [module],
      gateway: clockedGateway(clock),
      host: { drain: { timeout: '2s' } },
    })
    const socket = await answered(served.port, request)
    await clock.advance(1_000)
    // Without a deadline: were the connection still there, this would have no end.
    await served.gateway.drain(new AbortController().signal)
    socket.destroy()
    await served.host.stop()
  })

  test('leaves no timer behind where it closes in time', async () => {
    const clock = new FakeClock()
    const served = await serve({ modules: [restModule('m', () => undefined)], gateway: clockedGateway(clock) })
    const before = clock.pendingTimers
    const socket = await answered(served.port, 'NO REQUEST\r\n\r\n')
    expect(clock.pendingTimers).toBe(before + 1)
    socket.destroy()
    await once(socket, 'close')
    while (clock.pendingTimers > before) await new Promise((resolve) => setImmediate(resolve))
    await served.host.stop()
  })
})
