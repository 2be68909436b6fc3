import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { Broadcaster, sse, stream, type HandlerInput, type SseReply, type StreamReply } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import * as z from 'zod'
import { clockedGateway } from './support/clocked-gateway.js'
import { RawClient } from './support/raw-client.js'
import { restModule, serve, type Serving, type ServeOptions } from './support/serve.js'
import { standstill, WatchedSource } from './support/sources.js'

type Handler = (input: HandlerInput) => SseReply | StreamReply | Promise<SseReply | StreamReply>

interface Served {
  readonly served: Serving
  /** Resolves when a client waits at `GET /wait`. */
  readonly waits: Promise<void>
  readonly open: () => void
}

/** A gateway with one operation, `GET /`, and an operation `GET /wait` that answers once it is told to. */
async function serveOne(handler: Handler, options: ServeOptions = {}): Promise<Served> {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  let arrive: () => void = () => undefined
  const waits = new Promise<void>((resolve) => (arrive = resolve))
  const module = restModule('streams', (rest) => {
    rest
      .get('/')
      .public()
      .response(200, z.any(), { contentType: 'text/event-stream' })
      .handle((input) => handler(input))
    rest
      .get('/wait')
      .public()
      .response(200, z.object({}))
      .handle(async () => {
        arrive()
        await opened
        return {}
      })
  })
  return { served: await serve({ ...options, modules: [module] }), waits, open }
}

const get = (served: Serving, version = '1.1'): RawClient => new RawClient(served.port, `GET / HTTP/${version}`)
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const GOING_AWAY = ': the server is going away\n\n'

describe('when the gateway drains', () => {
  test('a stream of events ends whole, with a word, and its connection is closed though other answers go on', async () => {
    const source = new WatchedSource([1])
    let signal: AbortSignal | undefined
    const { served, waits, open } = await serveOne((input) => {
      signal = input.signal
      return sse(source)
    })
    using client = get(served)
    using other = new RawClient(served.port, 'GET /wait HTTP/1.1')
    await Promise.all([client.until('data: 1'), waits])
    const stopped = served.host.stop()
    await client.until(`\r\n${GOING_AWAY}\r\n0\r\n\r\n`)
    // Whoever comes back is not to come here.
    client.send('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n')
    await client.closed
    expect(client.text.endsWith(GOING_AWAY + '\r\n0\r\n\r\n')).toBe(true)
    expect([source.ended, signal?.aborted, other.text]).toEqual([1, true, ''])
    open()
    await other.until('{}')
    expect(await stopped).toMatchObject({ leftBehind: [] })
    expect(source.ended).toBe(1)
  })

  test('what stands between a broadcaster and the answer ends too, although it waits for the next event', async () => {
    const ticks = new Broadcaster<number>()
    async function* even(signal: AbortSignal): AsyncGenerator {
      for await (const event of ticks.subscribe({ signal }))
        if ('isNotice' in event || event.data % 2 === 0) yield event
    }
    const { served } = await serveOne(({ signal }) => sse(even(signal)))
    using client = get(served)
    await client.until('\r\n\r\n')
    while (ticks.subscribers === 0) await turn()
    ticks.publish(1)
    ticks.publish(2)
    await client.until('data: 2')
    await served.host.stop()
    await turn()
    expect(ticks.subscribers).toBe(0)
    expect(client.text).not.toContain('data: 1')
  })

  test('a stream of events that only begins then ends at once, and is not even read', async () => {
    const source = new WatchedSource([1])
    const { served, waits, open } = await serveOne(() => sse(source))
    using other = new RawClient(served.port, 'GET /wait HTTP/1.1')
    using client = new RawClient(served.port, 'GET /health/live HTTP/1.1')
    // Half of a request keeps a connection from being idle.
    client.send('GET / HTTP/1.1\r\nhost: a\r\n')
    await Promise.all([client.until('"ok"'), waits])
    const stopped = served.host.stop()
    client.send('\r\n')
    await client.closed
    expect(client.text).toMatch(/text\/event-stream\r\n[^]*connection: close\r\n/i)
    expect(client.text.endsWith(`${GOING_AWAY}\r\n0\r\n\r\n`)).toBe(true)
    expect([source.asked, source.ended]).toEqual([0, 1])
    open()
    await other.closed
    await stopped
  })

  test('a client that takes nothing is cut at the deadline, and its source has ended long before, once', async () => {
    const source = new WatchedSource(Array.from({ length: 2_000 }, () => 'x'.repeat(16_000)))
    const { served } = await serveOne(() => sse(source))
    using client = get(served)
    client.pause()
    await standstill(() => source.asked)
    const deadline = new AbortController()
    const drained = served.gateway.drain(deadline.signal)
    await source.end
    expect(client.socket.destroyed).toBe(false)
    deadline.abort()
    await drained
    client.resume()
    await client.closed
    expect(client.text).not.toContain('0\r\n\r\n')
    expect(source.ended).toBe(1)
    await served.host.stop()
  })

  test('other streams finish', async () => {
    const source = new Readable({ read: () => undefined })
    const { served } = await serveOne(() => stream(source, 'text/plain'))
    source.push('begin ')
    using client = get(served)
    await client.until('begin')
    const stopped = served.host.stop()
    source.push('end')
    source.push(null)
    await client.closed
    expect(client.body).toBe('6\r\nbegin \r\n3\r\nend\r\n0\r\n\r\n')
    await stopped
  })

  test.each(['1.1', '1.0'])(
    'and others that do not are cut at the deadline, which HTTP/%s can tell',
    async (version) => {
      const source = new WatchedSource(['begin'])
      const { served } = await serveOne(() => stream(source, 'text/plain'))
      using client = get(served, version)
      await client.until('begin')
      const deadline = new AbortController()
      const drained = served.gateway.drain(deadline.signal)
      deadline.abort()
      await drained
      expect(await client.closed).toBe(version === '1.0' ? 'ECONNRESET' : undefined)
      expect(client.text).not.toContain('0\r\n\r\n')
      expect(source.ended).toBe(1)
      await served.host.stop()
    },
  )

  test('more streams of events than Node suspects no leak behind have made it suspect none', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const { served } = await serveOne(() => sse(new WatchedSource([1])))
    const clients = Array.from({ length: 20 }, () => get(served))
    await Promise.all(clients.map((client) => client.until('data: 1')))
    await served.host.stop()
    await Promise.all(clients.map(({ closed }) => closed))
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })
})

describe('a client that takes nothing', () => {
  const CHUNK_BYTES = 64 * 1_024
  const CHUNKS = 8_000

  test('of half a gigabyte makes its source wait, and memory does not grow', async () => {
    let pulled = 0
    let ended: () => void = () => undefined
    const end = new Promise<void>((resolve) => (ended = resolve))
    async function* halfGigabyte(): AsyncGenerator<Uint8Array> {
      try {
        for (; pulled < CHUNKS; pulled++) yield Buffer.alloc(CHUNK_BYTES)
      } finally {
        ended()
      }
    }
    const { served } = await serveOne(() => stream(halfGigabyte(), 'application/octet-stream'))
    const before = process.memoryUsage()
    using client = get(served)
    client.pause()
    await standstill(() => pulled)
    const after = process.memoryUsage()
    const stalledAt = pulled
    // What the system's own buffers take is not ours to bound.
    expect(stalledAt * CHUNK_BYTES).toBeLessThan(32 * 1_024 * 1_024)
    expect(after.external + after.heapUsed - before.external - before.heapUsed).toBeLessThan(48 * 1_024 * 1_024)
    client.socket.removeAllListeners('data').resume()
    while (pulled === stalledAt) await turn()
    client.destroy()
    await end
    await served.host.stop()
  })

  test('of a broadcaster loses the oldest events, and is told when it takes some again', async () => {
    const ticks = new Broadcaster<string>({ capacity: 4 })
    const { served } = await serveOne(({ signal }) => sse(ticks.subscribe({ signal })))
    using client = get(served)
    await client.until('\r\n\r\n')
    client.pause()
    let published = 0
    while (ticks.dropped < 100) {
      ticks.publish(`${String(published++)}:${'x'.repeat(20_000)}`)
      await turn()
    }
    client.resume()
    await client.until('event: dropped')
    await client.until(`data: "${String(published - 1)}:`)
    const [, count] = /event: dropped\nid: \S+\ndata: \{"count":(\d+)\}/.exec(client.text) ?? []
    expect(Number(count)).toBe(ticks.dropped)
    expect(client.text.match(/^data: "/gm)).toHaveLength(published - ticks.dropped)
    await served.host.stop()
  })

  test('finds no pile of comments when it takes some again', async () => {
    const clock = new FakeClock()
    const source = new WatchedSource(Array.from({ length: 2_000 }, () => 'x'.repeat(16_000)))
    let response: ServerResponse | undefined
    const handler: Handler = (input) => {
      response = input.response
      return sse(source)
    }
    const { served } = await serveOne(handler, { gateway: clockedGateway(clock), config: { warm_up: false } })
    using client = get(served)
    client.pause()
    await standstill(() => source.asked)
    const before = response!.writableLength
    await clock.advance(60 * 60_000)
    expect(response!.writableLength).toBe(before)
    client.destroy()
    await source.end
    await served.host.stop()
  })
})

describe('a client that goes away', () => {
  test.each([
    ['events', (source: WatchedSource<string>) => sse(source)],
    ['a stream', (source: WatchedSource<string>) => stream(source, 'text/plain')],
  ])('ends the source of %s, once, and aborts the signal of its handler', async (_, replyOf) => {
    const source = new WatchedSource(['first'])
    let signal: AbortSignal | undefined
    const { served } = await serveOne((input) => {
      signal = input.signal
      return replyOf(source)
    })
    using client = get(served)
    await client.until('first')
    client.destroy()
    await source.end
    expect(signal?.aborted).toBe(true)
    await served.host.stop()
    expect([source.asked, source.ended]).toEqual([2, 1])
  })

  test('cancels a web stream that is silent', async () => {
    let cancel: () => void = () => undefined
    const cancelled = new Promise<void>((resolve) => (cancel = resolve))
    const source = new ReadableStream<string>({ start: (it) => it.enqueue('first'), cancel })
    const { served } = await serveOne(() => stream(source, 'text/plain'))
    using client = get(served)
    await client.until('first')
    client.destroy()
    await cancelled
    await served.host.stop()
  })

  test.each([
    ['a generator', (source: WatchedSource<unknown>) => sse(source)],
    ['a stream', (source: WatchedSource<unknown>) => stream(source as WatchedSource<string>, 'text/plain')],
  ])('before its answer begins ends %s that nobody has read', async (_, replyOf) => {
    const source = new WatchedSource<unknown>([1])
    let called: () => void = () => undefined
    const isCalled = new Promise<void>((resolve) => (called = resolve))
    const { served } = await serveOne(async ({ signal }) => {
      called()
      await once(signal, 'abort')
      return replyOf(source)
    })
    using client = get(served)
    await isCalled
    client.destroy()
    await source.end
    expect([source.asked, source.ended]).toEqual([0, 1])
    await served.host.stop()
  })

  test('too late for its handler, whose events then nobody reads', async () => {
    const clock = new FakeClock()
    const source = new WatchedSource([1])
    let late: () => void = () => undefined
    const isLate = new Promise<void>((resolve) => (late = resolve))
    const { served } = await serveOne(() => isLate.then(() => sse(source)), {
      gateway: clockedGateway(clock),
      config: { warm_up: false },
    })
    const response = served.fetch('/')
    while (clock.pendingTimers === 0) await turn()
    await clock.advance(30_000)
    expect((await response).status).toBe(504)
    late()
    await source.end
    expect(source.asked).toBe(0)
    await served.host.stop()
  })
})

describe('a HEAD request', () => {
  test('is told the headers, ends the source unread, and leaves the connection as it is', async () => {
    const source = new WatchedSource([1])
    let signal: AbortSignal | undefined
    const { served } = await serveOne((input) => {
      signal = input.signal
      return sse(source)
    })
    using client = new RawClient(served.port, 'HEAD / HTTP/1.1')
    await client.until('\r\n\r\n')
    client.send('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n')
    await client.until('"ok"')
    expect(client.text).toContain('content-type: text/event-stream\r\n')
    expect(client.text).not.toContain('data:')
    expect([source.asked, source.ended, signal?.aborted]).toEqual([0, 1, true])
    await served.host.stop()
  })

  test('is no subscriber', async () => {
    const ticks = new Broadcaster<number>()
    const { served } = await serveOne(({ signal }) => sse(ticks.subscribe({ signal })))
    await served.fetch('/', { method: 'HEAD' })
    expect(ticks.subscribers).toBe(0)
    await served.host.stop()
  })

  test('for a file that cannot be opened does no harm', async () => {
    let close: () => void = () => undefined
    const closed = new Promise<void>((resolve) => (close = resolve))
    const { served } = await serveOne(() =>
      stream(createReadStream('/no/such/file').once('close', close), 'text/plain'),
    )
    expect((await served.fetch('/', { method: 'HEAD' })).status).toBe(200)
    await closed
    await served.host.stop()
  })
})

describe('an HTTP/1.0 client', () => {
  test('gets events as they come, without chunks, until the connection ends', async () => {
    const ticks = new Broadcaster<number>()
    const { served } = await serveOne(({ signal }) => sse(ticks.subscribe({ signal })))
    using client = new RawClient(served.port, 'GET / HTTP/1.0', ['connection: keep-alive'])
    await client.until('\r\n\r\n')
    const first = ticks.publish(1)
    await client.until('data: 1')
    const second = ticks.publish(2)
    ticks.close()
    expect(await client.closed).toBeUndefined()
    expect(client.body).toBe(`id: ${first}\ndata: 1\n\nid: ${second}\ndata: 2\n\n`)
    expect(client.text).not.toMatch(/transfer-encoding/i)
    await served.host.stop()
  })

  test('cannot take a stream that failed half way for a whole one', async () => {
    let fail: () => void = () => undefined
    const failing = new Promise<void>((_, reject) => (fail = () => reject(new Error('half way'))))
    async function* source(): AsyncGenerator<string> {
      yield 'half'
      await failing
    }
    const { served } = await serveOne(() => stream(source(), 'text/plain'))
    using client = get(served, '1.0')
    await client.until('half')
    fail()
    expect(await client.closed).toBe('ECONNRESET')
    await served.host.stop()
  })
})

test.each([
  ['events', (source: WatchedSource<string>) => sse(source)],
  ['a stream', (source: WatchedSource<string>) => stream(source, 'text/plain')],
])('a source of %s that ends by itself is not ended again', async (_, replyOf) => {
  const source = new WatchedSource(['first'], 'end')
  const { served } = await serveOne(() => replyOf(source))
  expect(await (await served.fetch('/')).text()).toContain('first')
  await served.host.stop()
  expect([source.asked, source.ended]).toEqual([2, 0])
})

test('a chunk that is neither text nor bytes is answered as any error', async () => {
  const { served } = await serveOne(() => stream(new WatchedSource([{ n: 1 }]) as never, 'text/plain'))
  const response = await served.fetch('/')
  expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/problem+json'])
  await served.host.stop()
})

test('headers that cannot be sent end the source, and are answered as any error', async () => {
  const source = new WatchedSource([1])
  const { served } = await serveOne(() => sse(source, { headers: { 'x-a': 'line\nbreak' } }))
  expect((await served.fetch('/')).status).toBe(500)
  expect([source.asked, source.ended]).toEqual([0, 1])
  await served.host.stop()
})

test('what is behind a proxy may come on one connection after the other', async () => {
  const { served } = await serveOne(() => sse([1]))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let round = 0; round < 3; round++) {
    const call = request(served.url, { agent }).end()
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    expect(await response.setEncoding('utf8').toArray()).toEqual(['data: 1\n\n'])
    expect(call.reusedSocket).toBe(round > 0)
  }
  agent.destroy()
  await served.host.stop()
})
