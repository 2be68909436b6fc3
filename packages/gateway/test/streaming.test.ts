import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { sse, sseEvent, stream } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import * as z from 'zod'
import { clockedGateway } from './support/clocked-gateway.js'
import { recordingLogger, restModule, serve } from './support/serve.js'
import { standstill } from './support/sources.js'

const Tick = z.object({ n: z.number() })

describe('server-sent events', () => {
  test('are one event for each value, with name and id where they have one, without undeclared fields', async () => {
    await using served = await serve((rest) =>
      rest
        .get('/ticks')
        .public()
        .response(200, Tick, { contentType: 'text/event-stream' })
        .handle(() => sse([{ n: 1, secret: 1 }, sseEvent({ data: { n: 2 }, event: 'tick\nid: 9', id: '2' })])),
    )
    const response = await served.fetch('/ticks')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(await response.text()).toBe('data: {"n":1}\n\nevent: tick id: 9\nid: 2\ndata: {"n":2}\n\n')
  })

  test('end their source when the client goes away', async () => {
    let ended: () => void = () => undefined
    const end = new Promise<void>((resolve) => (ended = resolve))
    await using served = await serve((rest) =>
      rest
        .get('/ticks')
        .public()
        .response(200, Tick)
        .handle(() => sse(ticks())),
    )
    async function* ticks() {
      try {
        for (let n = 0; ; n++) {
          yield { n }
          await new Promise((resolve) => setImmediate(resolve))
        }
      } finally {
        ended()
      }
    }
    const socket = connect(served.port, '127.0.0.1')
    socket.write('GET /ticks HTTP/1.1\r\nhost: a\r\n\r\n')
    await once(socket, 'data')
    socket.destroy()
    await end
  })

  test('end when the gateway drains, also while their source is silent', async () => {
    const served = await serve((rest) =>
      rest
        .get('/silence')
        .public()
        .response(200, Tick)
        .handle(() => sse(Readable.from(never(), { objectMode: true }))),
    )
    const response = await served.fetch('/silence')
    const text = response.text()
    await served.host.stop()
    expect(await text).toBe(': the server is going away\n\n')
  })

  test('that fail half way are cut and logged', async () => {
    const { logger, lines } = recordingLogger()
    await using served = await serve({
      logger,
      modules: [
        restModule('users', (rest) =>
          rest
            .get('/ticks')
            .public()
            .response(200, Tick)
            .handle(() => sse(failing())),
        ),
      ],
    })
    const response = await served.fetch('/ticks')
    await expect(response.text()).rejects.toThrow()
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'request failed' }))
  })
})

describe('a stream', () => {
  test('arrives as it is, with its content type and headers', async () => {
    await using served = await serve((rest) =>
      rest
        .get('/bytes')
        .public()
        .response(200, z.string(), { contentType: 'application/octet-stream' })
        .handle(() =>
          stream(Readable.from([Buffer.from('ab'), Buffer.from('cd')]), 'application/octet-stream', {
            headers: { 'content-disposition': 'attachment' },
          }),
        ),
    )
    const response = await served.fetch('/bytes')
    expect([response.headers.get('content-type'), response.headers.get('content-disposition')]).toEqual([
      'application/octet-stream',
      'attachment',
    ])
    expect(await response.text()).toBe('abcd')
  })

  test('whose source fails before the first byte is answered as any error', async () => {
    await using served = await serve((rest) =>
      rest
        .get('/file')
        .public()
        .response(200, z.string(), { contentType: 'text/plain' })
        .handle(() => stream(createReadStream('/no/such/file'), 'text/plain')),
    )
    const response = await served.fetch('/file')
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('/no/such')])
  })

  test('that does not begin within the time of its operation is answered 504, and its source is ended', async () => {
    let ended: () => void = () => undefined
    const end = new Promise<void>((resolve) => (ended = resolve))
    const silent = new ReadableStream<string>({ cancel: () => ended() })
    await using served = await serve((rest) =>
      rest
        .get('/silent')
        .public()
        .timeout(20)
        .response(200, 'text/plain')
        .handle(() => stream(silent, 'text/plain')),
    )
    const response = await served.fetch('/silent')
    expect([response.status, await response.json()]).toMatchObject([504, { code: 'HANDLER_TIMEOUT' }])
    await end
  })

  test('that has begun may take longer than its operation', async () => {
    const clock = new FakeClock()
    let push: (text: string) => void = () => undefined
    const source = new ReadableStream<string>({ start: (to) => void (push = (text) => to.enqueue(text)) })
    const slow = restModule('slow', (rest) =>
      rest
        .get('/slow')
        .public()
        .timeout(20)
        .response(200, 'text/plain')
        .handle(() => stream(source, 'text/plain')),
    )
    await using served = await serve({ modules: [slow], gateway: clockedGateway(clock) })
    push('first')
    const response = await served.fetch('/slow')
    const reader = response.body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toBe('first')
    await clock.advance(1_000)
    push('second')
    expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toBe('second')
    await reader?.cancel()
  })

  test('is written no faster than the client takes it, and its source is destroyed when the client goes', async () => {
    let pulled = 0
    const source = new Readable({
      read() {
        pulled++
        this.push(Buffer.alloc(64 * 1_024))
      },
    })
    await using served = await serve((rest) =>
      rest
        .get('/endless')
        .public()
        .response(200, z.string(), { contentType: 'application/octet-stream' })
        .handle(() => stream(source, 'application/octet-stream')),
    )
    const socket = connect(served.port, '127.0.0.1').pause()
    socket.write('GET /endless HTTP/1.1\r\nhost: a\r\n\r\n')
    await standstill(() => pulled)
    expect(pulled).toBeLessThan(1_000)
    const closed = once(source, 'close')
    socket.destroy()
    await closed
    expect(source.destroyed).toBe(true)
  })

  test('of an empty source is an empty answer', async () => {
    await using served = await serve((rest) =>
      rest
        .get('/empty')
        .public()
        .response(200, z.string(), { contentType: 'text/csv' })
        .handle(() => stream([], 'text/csv')),
    )
    const response = await served.fetch('/empty')
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/csv',
      '',
    ])
  })

  test('is not read for a HEAD request', async () => {
    const source = Readable.from(never())
    await using served = await serve((rest) =>
      rest
        .get('/bytes')
        .public()
        .response(200, z.string(), { contentType: 'text/csv' })
        .handle(() => stream(source, 'text/csv')),
    )
    expect((await served.fetch('/bytes', { method: 'HEAD' })).headers.get('content-type')).toBe('text/csv')
    expect(source.destroyed).toBe(true)
  })
})

async function* never(): AsyncGenerator<string> {
  await new Promise(() => undefined)
  yield ''
}

async function* failing(): AsyncGenerator<object> {
  yield { n: 1 }
  await Promise.resolve()
  throw new Error('half way')
}
