import { describe, expect, test } from '@jest/globals'
import { Problem, reply, stream, type ReplyHeaders, type RestApi } from '@modkit/core'
import type { Response } from 'express'
import * as z from 'zod'
import { RawClient } from './support/raw-client.js'
import { rawExchange } from './support/raw-exchange.js'
import { recordingLogger, restModule, serve } from './support/serve.js'

const Dot = z.object({ name: z.string() })
const NEXT = 'GET /next HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'

function answering(headers: ReplyHeaders, body: readonly string[] = ['first', 'second']) {
  return (rest: RestApi): void => {
    rest
      .get('/json')
      .public()
      .response(200, Dot)
      .handle(() => reply(200, { name: 'dot' }, headers))
    rest
      .get('/empty')
      .public()
      .response(200)
      .handle(() => reply(200, undefined, headers))
    rest
      .head('/length')
      .public()
      .response(200)
      .handle(() => reply(200, undefined, headers))
    rest
      .get('/problem')
      .public()
      .response(204)
      .handle(() => {
        throw new Problem({ status: 409, code: 'TAKEN', headers: headers as Record<string, string> })
      })
    rest
      .get('/stream')
      .public()
      .response(200, 'text/plain')
      .handle(() => stream(body, 'text/plain', { headers }))
    rest
      .get('/next')
      .public()
      .response(200, 'text/plain')
      .handle(() => 'the next answer')
  }
}

/** The answer to `route`, and behind it the one to another request on the same connection. */
async function inARow(declare: (rest: RestApi) => void, route: string): Promise<readonly [string, string]> {
  await using served = await serve(declare)
  const answers = await rawExchange(served.port, `${route} HTTP/1.1\r\nhost: a\r\n\r\n${NEXT}`)
  const second = answers.lastIndexOf('HTTP/1.1')
  return [answers.slice(0, second), answers.slice(second)]
}

describe('a reply with headers that another server gave its own answer', () => {
  const hopping: ReplyHeaders[] = [
    { 'content-length': '3' },
    { 'Content-Length': '3000' },
    { 'transfer-encoding': 'chunked' },
    { 'Transfer-Encoding': 'chunked', 'content-length': '3' },
  ]

  test.each(hopping)('is as long as it is: %p', async (headers) => {
    const [first, second] = await inARow(answering(headers), 'GET /json')
    expect(first).toMatch(/content-length: 14\r\n/)
    expect(first).not.toMatch(/transfer-encoding|content-length: 3/i)
    expect(first.endsWith('\r\n\r\n{"name":"dot"}')).toBe(true)
    expect(second).toContain('the next answer')
  })

  test.each(hopping)('is empty where it is: %p', async (headers) => {
    const [first, second] = await inARow(answering(headers), 'GET /empty')
    expect(first).toMatch(/content-length: 0\r\n/)
    expect(second).toContain('the next answer')
  })

  test.each(hopping)('is as long as it is where it is a problem: %p', async (headers) => {
    const [first, second] = await inARow(answering(headers), 'GET /problem')
    const [head = '', body = ''] = first.split('\r\n\r\n')
    expect(head.match(/content-length: \d+/gi)).toEqual([`content-length: ${String(body.length)}`])
    expect(second).toContain('the next answer')
  })

  test('says to HEAD how long it would be', async () => {
    const [first, second] = await inARow(answering({ 'content-length': '3000' }), 'HEAD /length')
    expect(first.match(/content-length: \d+/gi)).toEqual(['content-length: 3000'])
    expect(second).toContain('the next answer')
  })
})

describe('a stream whose reply says how long it is', () => {
  test('is that long', async () => {
    const [first, second] = await inARow(answering({ 'content-length': '11' }), 'GET /stream')
    expect(first).not.toMatch(/transfer-encoding/i)
    expect(first.endsWith('\r\n\r\nfirstsecond')).toBe(true)
    expect(second).toContain('the next answer')
  })

  test.each([
    ['more', '7', 'first'],
    ['less', '700', 'firstsecond'],
  ])('is cut and logged where there is %s', async (_what, length, sent) => {
    const { logger, lines } = recordingLogger()
    const modules = [restModule('m', answering({ 'content-length': length }))]
    await using served = await serve({ modules, logger })
    const answer = await rawExchange(served.port, `GET /stream HTTP/1.1\r\nhost: a\r\n\r\n`)
    expect(['', sent]).toContain(answer.split('\r\n\r\n')[1] ?? '')
    const failure = lines.find(({ message }) => message === 'request failed')
    expect(failure?.fields['error']).toMatchObject({ message: expect.stringContaining('content-length') })
  })
})

test('an answer whose headers cannot be sent gives way to a problem that says what it is', async () => {
  await using served = await serve(answering({ 'transfer-encoding': 'chunked', 'x-name': 'a\r\nset-cookie: b=c' }))
  const answer = await rawExchange(served.port, 'GET /json HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/)
  expect(answer).not.toContain('set-cookie')
})

test('a problem takes back what Express has said of the answer that does not come', async () => {
  const broken = restModule('broken', (rest) => {
    rest.mount('/files', (_request: unknown, response: Response) => {
      response.set({
        'content-encoding': 'gzip',
        'cache-control': 'public, max-age=3600',
        etag: '"a"',
        'x-kept': 'yes',
      })
      throw new Error('The file cannot be read.')
    })
  })
  await using served = await serve({ modules: [broken] })
  const response = await served.fetch('/files')
  expect(Object.fromEntries(response.headers)).toMatchObject({ 'cache-control': 'no-store', 'x-kept': 'yes' })
  expect([response.headers.get('etag'), response.headers.get('content-encoding')]).toEqual([null, null])
  expect(await response.json()).toMatchObject({ status: 500 })
})

test('no problem is kept for others, unless it says so itself', async () => {
  await using served = await serve(answering({ 'Cache-Control': 'max-age=5' }))
  expect((await served.fetch('/nothing')).headers.get('cache-control')).toBe('no-store')
  expect((await served.fetch('/problem')).headers.get('cache-control')).toBe('max-age=5')
})

test('middleware that knows headers only as they are set finds those of an operation', async () => {
  await using served = await serve(answering({ 'set-cookie': ['a=1', 'b=2'] }))
  const seen: unknown[] = []
  served.gateway.use((_request, response, next) => {
    const { writeHead } = response
    response.writeHead = (status: number) => {
      seen.push([status, response.getHeader('content-type'), response.getHeader('set-cookie')])
      return writeHead.call(response, status)
    }
    next()
  })
  const response = await served.fetch('/json')
  expect(await response.json()).toEqual({ name: 'dot' })
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(seen).toEqual([[200, 'application/json; charset=utf-8', ['a=1', 'b=2']]])
})

test('what is no request is answered nothing in the midst of an answer', async () => {
  let goOn: () => void = () => undefined
  const more = new Promise<void>((resolve) => (goOn = resolve))
  await using served = await serve((rest) => {
    rest
      .get('/slow')
      .public()
      .response(200, 'text/plain')
      .handle(() =>
        stream(
          (async function* () {
            yield 'first'
            await more
            yield 'second'
          })(),
          'text/plain',
        ),
      )
  })
  using client = new RawClient(served.port, 'GET /slow HTTP/1.1')
  await client.until('first')
  client.send('NO REQUEST\r\n\r\n')
  await client.closed
  goOn()
  expect(client.body).toBe('5\r\nfirst\r\n')
})

test('a request that names two hosts is refused', async () => {
  await using served = await serve(answering({}))
  const answer = await rawExchange(served.port, 'GET /next HTTP/1.1\r\nhost: a\r\nHOST: a\r\nconnection: close\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*HOST_AMBIGUOUS/)
})

describe('a request with thousands of headers', () => {
  const MANY = 'a:\r\n'.repeat(3_000)

  test.each([
    ['a second host', `${MANY}host: b\r\n`, /^HTTP\/1\.1 400 [^]*HOST_AMBIGUOUS/],
    ['what a proxy has appended', `x-forwarded-for: 6.6.6.6\r\n${MANY}x-forwarded-for: 9.9.9.9\r\n`, /9\.9\.9\.9$/],
  ])('is read to its end: %s', async (_, headers, expected) => {
    const module = restModule('addresses', (rest) =>
      rest
        .get('/from')
        .public()
        .response(200, 'text/plain')
        .handle(({ clientAddress }) => clientAddress),
    )
    await using served = await serve({ modules: [module], config: { trusted_proxies: 1 } })
    const head = `GET /from HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${headers}\r\n`
    expect(await rawExchange(served.port, head)).toMatch(expected)
  })
})
