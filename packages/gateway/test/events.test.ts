import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { Broadcaster, sse, sseEvent, type RestSchema, type SseReply, type SubscribingRequest } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import * as z from 'zod'
import { jsonSchema } from '../src/index.js'
import { clockedGateway } from './support/clocked-gateway.js'
import { RawClient } from './support/raw-client.js'
import { recordingLogger, restModule, serve, type Serving, type ServeOptions } from './support/serve.js'
import { WatchedSource } from './support/sources.js'

const Tick = z.object({ n: z.number() })
const EVENTS = { contentType: 'text/event-stream' }

interface EventsOptions extends Omit<ServeOptions, 'modules'> {
  readonly schema?: RestSchema
  readonly contentType?: string
}

/** A gateway with one operation, `GET /events`. */
function serveEvents(
  handler: (input: SubscribingRequest) => SseReply,
  { schema = Tick, contentType, ...options }: EventsOptions = {},
): Promise<Serving> {
  const module = restModule('ticks', (rest) =>
    rest
      .get('/events')
      .public()
      .response(200, schema, contentType === undefined ? EVENTS : { contentType })
      .handle((input) => handler(input)),
  )
  return serve({ ...options, modules: [module] })
}

function connect(served: Serving, ...headers: readonly string[]): RawClient {
  return new RawClient(served.port, 'GET /events HTTP/1.1', ['host: a', ...headers])
}

describe('the reply of a broadcaster', () => {
  test('gives every client each event, with its id, through the schema', async () => {
    const ticks = new Broadcaster<{ n: number; secret: string }>()
    await using served = await serveEvents((input) => ticks.reply(input))
    using one = connect(served)
    using other = connect(served)
    await Promise.all([one.until('\r\n\r\n'), other.until('\r\n\r\n')])
    const id = ticks.publish({ n: 1, secret: 'x' }, { event: 'tick' })
    const text = `event: tick\nid: ${id}\ndata: {"n":1}\n\n`
    await Promise.all([one.until(text), other.until(text)])
    expect(one.text).not.toContain('secret')
  })

  test('goes on after the Last-Event-ID of a client that comes back', async () => {
    const ticks = new Broadcaster<{ n: number }>({ history: 10 })
    const ids = [1, 2, 3].map((n) => ticks.publish({ n }))
    await using served = await serveEvents((input) => ticks.reply(input))
    using client = connect(served, `last-event-id: ${ids[1]!}`)
    await client.until('{"n":3}')
    expect(client.body).not.toMatch(/reset|"n":[12]/)
  })

  test('tells a client from another life, and one that was too slow, in spite of the schema', async () => {
    const ticks = new Broadcaster<{ n: number }>({ capacity: 1 })
    await using served = await serveEvents((input) => {
      const reply = ticks.reply(input, { retryMs: 5 })
      ticks.publish({ n: 1 })
      ticks.publish({ n: 2 })
      return reply
    })
    using client = connect(served, 'last-event-id: 0123-4')
    await client.until('{"n":2}')
    expect(client.body.replaceAll(/^[0-9a-f]+\r\n|\r\n/gm, '').replaceAll(/id: \w+-/g, 'id: ')).toBe(
      'retry: 5\n\n' +
        'event: reset\nid: 0\ndata: {"reason":"unknown"}\n\n' +
        'event: dropped\nid: 1\ndata: {"count":1}\n\n' +
        'id: 2\ndata: {"n":2}\n\n',
    )
  })

  test('ends with the broadcaster, and with its client', async () => {
    const ticks = new Broadcaster<{ n: number }>()
    await using served = await serveEvents((input) => ticks.reply(input))
    using leaving = connect(served)
    using staying = connect(served)
    await Promise.all([leaving.until('\r\n\r\n'), staying.until('\r\n\r\n')])
    expect(ticks.subscribers).toBe(2)
    leaving.destroy()
    while (ticks.subscribers > 1) await new Promise((resolve) => setImmediate(resolve))
    ticks.publish({ n: 1 })
    ticks.close()
    await staying.until('{"n":1}\n\n\r\n0\r\n\r\n')
    expect(ticks.subscribers).toBe(0)
  })
})

describe('a stream of events', () => {
  test('begins with how long a client waits before it comes again, where that is said', async () => {
    await using served = await serveEvents(() => sse([{ n: 1 }], { retryMs: 2_500, headers: { 'x-a': 'b' } }))
    const response = await served.fetch('/events')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-a': 'b',
    })
    expect(await response.text()).toBe('retry: 2500\n\ndata: {"n":1}\n\n')
  })

  test.each([{ retryMs: -1 }, { retryMs: 0.5 }, { keepAliveMs: Number.NaN }])('with %j is refused', (options) => {
    expect(() => sse([], options)).toThrow(/^(?:retryMs|keepAliveMs) is a whole number of milliseconds, 0 or more; /)
  })

  test('may come from a web stream', async () => {
    await using served = await serveEvents(() =>
      sse(Readable.toWeb(Readable.from([{ n: 1 }])) as AsyncIterable<object>),
    )
    expect(await (await served.fetch('/events')).text()).toBe('data: {"n":1}\n\n')
  })

  test('is held against its schema also where its content type has parameters', async () => {
    const contentType = 'text/event-stream; charset=utf-8'
    await using served = await serveEvents(() => sse([{ n: 1, secret: 'x' }]), { contentType })
    expect(await (await served.fetch('/events')).text()).toBe('data: {"n":1}\n\n')
  })

  test('keeps a serializer that writes raw line breaks from ending an event early', async () => {
    const schema = jsonSchema<string>({ type: 'string', format: 'unsafe' })
    await using served = await serveEvents(() => sse(['a\nid: 1\r\n\r\nb']), { schema })
    expect(await (await served.fetch('/events')).text()).toBe('data: "a\ndata: id: 1\ndata: \ndata: b"\n\n')
  })
})

describe('while there is nothing to tell, a comment shows that the connection lives', () => {
  const keepAlives = ({ text }: RawClient): number => text.split(': keepalive\n\n').length - 1

  test('after 15 seconds, counted from the last event', async () => {
    const clock = new FakeClock()
    const ticks = new Broadcaster<{ n: number }>()
    await using served = await serveEvents((input) => ticks.reply(input), {
      gateway: clockedGateway(clock),
      config: { warm_up: false },
    })
    using client = connect(served)
    await client.until('\r\n\r\n')
    await clock.advance(10_000)
    ticks.publish({ n: 1 })
    await client.until('"n":1')
    await clock.advance(14_999)
    ticks.publish({ n: 2 })
    await client.until('"n":2')
    expect(keepAlives(client)).toBe(0)
    await clock.advance(15_000)
    await client.until(': keepalive')
    await clock.advance(30_000)
    ticks.publish({ n: 3 })
    await client.until('"n":3')
    expect(keepAlives(client)).toBe(3)
  })

  test.each([
    { as: 'as the configuration says', config: { keep_alive: '1s' }, options: {}, count: 1 },
    { as: 'as the answer says', config: { keep_alive: '1h' }, options: { keepAliveMs: 1_000 }, count: 1 },
    { as: 'never where the configuration says so', config: { keep_alive: 0 }, options: {}, count: 0 },
    { as: 'never where the answer says so', config: { keep_alive: '1s' }, options: { keepAliveMs: 0 }, count: 0 },
  ])('$as', async ({ config, options, count }) => {
    const clock = new FakeClock()
    const ticks = new Broadcaster<{ n: number }>()
    const handler = (input: SubscribingRequest): SseReply => ticks.reply(input, options)
    await using served = await serveEvents(handler, { gateway: clockedGateway(clock), config: { sse: config } })
    using client = connect(served)
    await client.until('\r\n\r\n')
    await clock.advance(1_000)
    ticks.publish({ n: 1 })
    await client.until('"n":1')
    expect(keepAlives(client)).toBe(count)
  })

  test('and its timer goes with the answer', async () => {
    const clock = new FakeClock()
    await using served = await serveEvents(() => sse([{ n: 1 }]), {
      gateway: clockedGateway(clock),
      config: { warm_up: false },
    })
    await (await served.fetch('/events')).text()
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('an event that cannot be sent', () => {
  const circular: { n: number; self?: unknown } = { n: 1 }
  circular.self = circular

  test.each([
    { as: 'a bigint', schema: z.any(), data: 1n, reason: /BigInt/ },
    { as: 'a circle', schema: z.any(), data: circular, reason: /circular/ },
    { as: 'nothing', schema: z.any(), data: undefined, reason: /not valid JSON/ },
    { as: 'a function somewhere', schema: z.object({ a: z.any() }), data: { a: () => 1 }, reason: /not valid JSON/ },
    { as: 'not what its schema describes', schema: Tick, data: {}, reason: /"n" is required/ },
  ])('because it is $as is logged with the trace, and cuts the stream', async ({ schema, data, reason }) => {
    const { logger, lines } = recordingLogger()
    const source = new WatchedSource<unknown>([data])
    await using served = await serveEvents(() => sse(source), { schema, logger })
    const traceId = 'a'.repeat(32)
    const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` }
    const response = await served.fetch('/events', { headers })
    await expect(response.text()).rejects.toThrow()
    expect([source.asked, source.ended]).toEqual([1, 1])
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      {
        message: 'request failed',
        fields: { traceId, error: { code: 'RESPONSE_INVALID', message: expect.stringMatching(reason) } },
      },
    ])
  })

  test('is passed over by a client that comes back', async () => {
    const ticks = new Broadcaster<unknown>({ history: 9 })
    const first = ticks.publish({ n: 1 })
    const bad = ticks.publish(1n)
    ticks.publish({ n: 3 })
    await using served = await serveEvents((input) => ticks.reply(input), { schema: z.any() })
    using client = connect(served, `last-event-id: ${first}`)
    await client.closed
    expect(client.body).toContain(`id: ${bad}\n\n`)
    expect(client.body).not.toContain('0\r\n\r\n')
    using again = connect(served, `last-event-id: ${bad}`)
    await again.until('{"n":3}')
  })

  test('for want of a schema is one without a JSON form; undefined is sent as null', async () => {
    const { logger, lines } = recordingLogger()
    const source = [undefined, sseEvent({ data: undefined }), () => 1]
    await using served = await serveEvents(() => sse(source), { contentType: 'application/json', logger })
    using client = connect(served)
    await client.closed
    expect(client.body.match(/data: .*/g)).toEqual(['data: null', 'data: null'])
    expect(JSON.stringify(lines)).toContain('It has no JSON form')
  })
})

test('an error of the source after the first event is logged with the trace, and cuts the connection', async () => {
  const { logger, lines } = recordingLogger()
  const source = new WatchedSource([{ n: 1 }], new Error('half way'))
  await using served = await serveEvents(() => sse(source), { logger })
  using client = connect(served, 'x-request-id: r-1')
  expect(await client.closed).toBeUndefined()
  expect(client.body).toMatch(/"n":1\}\n\n\r\n$/)
  expect(source.ended).toBe(0)
  expect(lines).toContainEqual({
    level: 'error',
    message: 'request failed',
    fields: expect.objectContaining({ requestId: 'r-1', error: expect.objectContaining({ message: 'half way' }) }),
  })
})
