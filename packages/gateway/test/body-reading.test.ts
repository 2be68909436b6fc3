import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import {
  authenticatorKey,
  clientRegistration,
  type Authenticator,
  type RestApi,
  type SecurityContext,
} from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import type { RequestHandler } from 'express'
import * as z from 'zod'
import { clockedGateway } from './support/clocked-gateway.js'
import { RawClient } from './support/raw-client.js'
import { rawExchange } from './support/raw-exchange.js'
import { restModule, serve } from './support/serve.js'

const Text = z.object({ text: z.string() })

const echo = (rest: RestApi): void =>
  rest
    .post('/echo')
    .public()
    .body(Text)
    .bodyLimit(10_000)
    .response(200, Text)
    .handle(({ body }) => body)

const head = (...headers: readonly string[]): string =>
  ['POST /echo HTTP/1.1', 'host: a', 'content-type: application/json', ...headers, '', ''].join('\r\n')

/** Each byte a chunk of its own. */
function inSingleBytes(text: string): string {
  const chunks = [...Buffer.from(text)].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`)
  return `${chunks.join('')}0\r\n\r\n`
}

describe('a body', () => {
  test('may come in single bytes', async () => {
    await using served = await serve(echo)
    const body = JSON.stringify({ text: 'abc'.repeat(1_000) })
    const answer = await rawExchange(
      served.port,
      head('connection: close', 'transfer-encoding: chunked') + inSingleBytes(body),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer.endsWith(body)).toBe(true)
  })

  test('may come late and in pieces, and its connection serves on', async () => {
    await using served = await serve(echo)
    const bytes = Buffer.from('{"text":"Grüße"}')
    using client = new RawClient(served.port, 'POST /echo HTTP/1.1', [
      'host: a',
      'content-type: application/json',
      `content-length: ${String(bytes.length)}`,
    ])
    for (const byte of bytes) await new Promise((resolve) => client.socket.write(Buffer.of(byte), resolve))
    await client.until('}')
    client.send(`${head('content-length: 14')}{"text":"next"`)
    await client.until('BODY_MALFORMED')
    client.send(`${head('content-length: 15')}{"text":"last"}`)
    await client.until('"last"')
    expect(client.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400', 'HTTP/1.1 200'])
  })

  test('that grows beyond the limit is refused while it comes', async () => {
    await using served = await serve(echo)
    const body = JSON.stringify({ text: 'x'.repeat(20_000) })
    const answer = await rawExchange(
      served.port,
      head('connection: close', 'transfer-encoding: chunked') + inSingleBytes(body),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('is read to the end on a server that is not the gateway’s', async () => {
    await using served = await serve(echo)
    const server = createServer(served.gateway.app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      const body = '{"text":"elsewhere"}'
      const length = `content-length: ${String(body.length)}`
      expect(await rawExchange(port, head('connection: close', length) + body)).toContain(body)
    } finally {
      server.close()
    }
  })

  test('whose client leaves in the middle is not handled, and does not hold up the stop', async () => {
    const handled: unknown[] = []
    await using served = await serve((rest) => {
      rest
        .post('/echo')
        .public()
        .body(Text)
        .response(204)
        .handle(({ body }) => void handled.push(body))
    })
    using client = new RawClient(served.port, 'POST /echo HTTP/1.1', ['host: a', 'content-length: 9'])
    client.send('{"te')
    client.socket.end()
    await client.closed
    await served.host.stop()
    expect(handled).toEqual([])
  })
})

describe('a body that takes longer than its handler may', () => {
  const HEADERS = ['host: a', 'content-type: application/json', 'content-length: 11']
  const timed = (handle: () => Promise<void> | undefined) =>
    restModule('timed', (rest) => rest.post('/timed').public().timeout('5s').body(Text).response(204).handle(handle))

  /** A gateway to which a body has come by half, and for which a minute has gone since. */
  async function halfway(clock: FakeClock, handle: () => Promise<void> | undefined) {
    const config = { timeouts: { request: '90s' } }
    const served = await serve({ modules: [timed(handle)], gateway: clockedGateway(clock), config })
    let seen: () => void = () => undefined
    const isSeen = new Promise<void>((resolve) => (seen = resolve))
    served.gateway.use((_request, _response, next) => {
      next()
      seen()
    })
    const client = new RawClient(served.port, 'POST /timed HTTP/1.1', HEADERS)
    client.send('{"te')
    await isSeen
    await clock.advance(60_000)
    return { served, client }
  }

  test('is waited for as long as requests may take', async () => {
    const { served, client } = await halfway(new FakeClock(), () => undefined)
    client.send('xt":""}')
    await client.until('HTTP/1.1 204')
    client.destroy()
    await served.host.stop()
  })

  test('leaves the handler its whole time', async () => {
    const clock = new FakeClock()
    let enter: () => void = () => undefined
    const entered = new Promise<void>((resolve) => (enter = resolve))
    const { served, client } = await halfway(clock, () => {
      enter()
      return new Promise(() => undefined)
    })
    client.send('xt":""}')
    await entered
    await clock.advance(4_999)
    expect(client.text).toBe('')
    await clock.advance(1)
    await client.until('HANDLER_TIMEOUT')
    client.destroy()
    await served.host.stop()
  })

  test('is refused when the request has taken longer than that may, and then not handled', async () => {
    let calls = 0
    const handle = (): undefined => void calls++
    await using served = await serve({ modules: [timed(handle)], config: { timeouts: { headers: 10, request: 10 } } })
    const socket = connect({ port: served.port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => undefined)
    socket.write(['POST /timed HTTP/1.1', ...HEADERS, '', '{"te'].join('\r\n'))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 [^]*REQUEST_TIMEOUT/)
    socket.end('xt":""}')
    await once(socket, 'close')
    expect(calls).toBe(0)
  })
})

describe('a handler', () => {
  const store = new AsyncLocalStorage<string>()
  const rememberTenant: RequestHandler = (request, _response, next) => store.run(request.get('x-tenant') ?? '', next)
  const tenants = (rest: RestApi): void =>
    rest
      .post('/tenants')
      .public()
      .body(Text)
      .response(200, Text)
      .handle(() => ({ text: store.getStore() ?? 'lost' }))

  const tenantHead = (...headers: readonly string[]): readonly string[] => [
    ...['host: a', 'x-tenant: blue', 'content-type: application/json', 'content-length: 11'],
    ...headers,
  ]

  test('finds what middleware left in AsyncLocalStorage, with a body that is there at once', async () => {
    await using served = await serve(tenants)
    served.gateway.use(rememberTenant)
    const lines = ['POST /tenants HTTP/1.1', ...tenantHead('connection: close'), '', '{"text":""}']
    expect(await rawExchange(served.port, lines.join('\r\n'))).toMatch(/\{"text":"blue"\}$/)
  })

  test('finds it also with a body that comes later', async () => {
    let reached: () => void = () => undefined
    const isReached = new Promise<void>((resolve) => (reached = resolve))
    await using served = await serve(tenants)
    served.gateway.use(rememberTenant, (_request, _response, next) => {
      next()
      reached()
    })
    using client = new RawClient(served.port, 'POST /tenants HTTP/1.1', tenantHead())
    await isReached
    client.send('{"text":""}')
    await client.until('"text"')
    expect(client.body).toBe('{"text":"blue"}')
  })
})

describe('an authenticator that takes its time', () => {
  const posts: string[] = []
  const closed = restModule('notes', (rest) => {
    rest
      .post('/notes')
      .authenticated()
      .timeout('5s')
      .body(Text)
      .response(200, Text)
      .handle(({ body, security }) => {
        posts.push(body.text)
        return { text: `${security.subject}: ${body.text}` }
      })
  })
  /** Says when it is asked, and answers when it is told who is calling. */
  class SlowAuthenticator implements Authenticator {
    identify: (subject: string) => void = () => undefined
    readonly #identified = new Promise<string>((resolve) => (this.identify = resolve))
    #beAsked: () => void = () => undefined
    readonly asked = new Promise<void>((resolve) => (this.#beAsked = resolve))

    async authenticate(): Promise<SecurityContext> {
      this.#beAsked()
      return { subject: await this.#identified, scopes: [] }
    }
  }

  test('gets the body read that came meanwhile', async () => {
    const slow = new SlowAuthenticator()
    await using served = await serve({ modules: [closed], clients: [clientRegistration(authenticatorKey, slow)] })
    const body = '{"text":"here already"}'
    const headers = ['host: a', 'connection: close', 'content-type: application/json']
    const lines = ['POST /notes HTTP/1.1', ...headers, `content-length: ${String(body.length)}`, '', body]
    const answer = rawExchange(served.port, lines.join('\r\n'))
    await slow.asked
    // The head and the body came in one packet: by now the parser has gone through both.
    await new Promise((resolve) => setImmediate(resolve))
    slow.identify('ada')
    expect(await answer).toContain('{"text":"ada: here already"}')
  })

  test('is given up, and then nothing goes on', async () => {
    const clock = new FakeClock()
    const slow = new SlowAuthenticator()
    const gateway = clockedGateway(clock)
    await using served = await serve({
      modules: [closed],
      clients: [clientRegistration(authenticatorKey, slow)],
      gateway,
    })
    posts.length = 0
    const answer = served.send('POST /notes', { text: 'too late' })
    await slow.asked
    await clock.advance(5_000)
    expect((await answer).status).toBe(504)
    slow.identify('ada')
    await new Promise((resolve) => setImmediate(resolve))
    expect(posts).toEqual([])
  })
})
