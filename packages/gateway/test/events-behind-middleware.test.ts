import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage, type ServerResponse } from 'node:http'
import { createGunzip, createGzip, type Gzip } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { Broadcaster, sse, stream, type RestApi } from '@modkit/core'
import type { RequestHandler } from 'express'
import * as z from 'zod'
import { RawClient } from './support/raw-client.js'
import { serve } from './support/serve.js'
import { standstill, WatchedSource } from './support/sources.js'

/** Puts gzip between an answer and its client, as the middleware of that kind does: by methods of the response's own. */
const compressing: RequestHandler = (_request, response, next) => {
  const gzip = createGzip()
  const { writeHead, write, end, on } = response
  response.writeHead = ((status: number, headers: Record<string, string>) =>
    writeHead.call(response, status, { ...headers, 'content-encoding': 'gzip' } as never)) as typeof writeHead
  response.write = ((chunk: string) => gzip.write(chunk)) as typeof write
  response.end = (() => void gzip.end()) as unknown as typeof end
  // Whoever asks for room gets the gzip's, and cannot give the listener back.
  response.on = ((name: string, listener: () => void) =>
    name === 'drain' ? gzip.on(name, listener) : on.call(response, name, listener)) as unknown as typeof on
  Object.assign(response, { flush: () => gzip.flush() })
  gzip.on('data', (chunk: Buffer) => {
    if (!write.call(response, chunk, 'latin1')) gzip.pause()
  })
  on.call(response, 'drain', () => void gzip.resume())
  gzip.on('end', () => void end.call(response, undefined, 'latin1'))
  next()
}

/** The gzip that stands before a response. */
function gzipOf(response: ServerResponse): Gzip {
  return response.on('drain', () => undefined) as unknown as Gzip
}

const events =
  (source: () => AsyncIterable<unknown>, seen: (response: ServerResponse) => void = () => undefined) =>
  (rest: RestApi): void => {
    rest
      .get('/events')
      .public()
      .response(200, z.any(), { contentType: 'text/event-stream' })
      .handle(({ response }) => {
        seen(response)
        return sse(source())
      })
  }

test('events that something compresses arrive one by one, and end whole when the gateway drains', async () => {
  const ticks = new Broadcaster<number>()
  const served = await serve(events(() => ticks.subscribe()))
  served.gateway.use(compressing)
  const call = request(`${served.url}/events`).end()
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  const text = answer.pipe(createGunzip()).setEncoding('utf8')
  for (const n of [1, 2, 3]) {
    const id = ticks.publish(n)
    expect(await once(text, 'data')).toEqual([`id: ${id}\ndata: ${String(n)}\n\n`])
  }
  const last = once(text, 'data')
  const end = once(text, 'end')
  const stopped = served.host.stop()
  expect(await last).toEqual([': the server is going away\n\n'])
  await Promise.all([end, stopped])
  expect([answer.headers['content-encoding'], answer.complete]).toEqual(['gzip', true])
})

test('what compresses makes the source wait for the client, and is given one listener, however often', async () => {
  const source = new WatchedSource(Array.from({ length: 3_000 }, () => randomBytes(12_000).toString('base64')))
  let response: ServerResponse | undefined
  const served = await serve(
    events(
      () => source,
      (given) => (response = given),
    ),
  )
  served.gateway.use(compressing)
  using client = new RawClient(served.port, 'GET /events HTTP/1.1')
  client.pause()
  await standstill(() => source.asked)
  const stalledAt = source.asked
  expect(stalledAt).toBeLessThan(3_000)
  client.resume()
  while (source.asked < stalledAt + 100) await new Promise((resolve) => setImmediate(resolve))
  // This one, that of the answer, and gzip's own.
  expect(gzipOf(response!).listenerCount('drain')).toBeLessThanOrEqual(3)
  client.destroy()
  await source.end
  await served.host.stop()
})

test.each(['events', 'stream'])(
  'middleware that ends the answer ends its source (%s), and harms nobody',
  async (kind) => {
    const source = new WatchedSource(['a'])
    let go: () => void = () => undefined
    const gone = new Promise<void>((resolve) => (go = resolve))
    async function* late(): AsyncGenerator<string> {
      try {
        yield 'first'
        await gone
        yield 'second'
      } finally {
        await source.return()
      }
    }
    const served = await serve((rest) => {
      rest
        .get('/a')
        .public()
        .response(200, z.any(), { contentType: 'text/event-stream' })
        .handle(() => (kind === 'events' ? sse(late()) : stream(late(), 'text/plain')))
    })
    let response: ServerResponse | undefined
    served.gateway.use((_request, given, next) => {
      response = given
      next()
    })
    using client = new RawClient(served.port, 'GET /a HTTP/1.1')
    await client.until('first')
    response!.end()
    go()
    await source.end
    await client.until('0\r\n\r\n')
    await standstill(() => 1)
    expect(client.text).not.toContain('second')
    await served.host.stop()
  },
)
