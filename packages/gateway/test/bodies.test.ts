import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import type { RestApi } from '@modkit/core'
import express from 'express'
import * as z from 'zod'
import { rawExchange } from './support/raw-exchange.js'
import { recordingLogger, restModule, serve } from './support/serve.js'

const echo = (rest: RestApi): void =>
  rest
    .post('/echo')
    .public()
    .body(z.any())
    .response(200, z.any())
    .handle(({ body }) => ({ got: body }))

/** A POST as bytes, for what no client would send. */
function post(headers: string, body: string): string {
  return `POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${headers}\r\n\r\n${body}`
}

/** `{"a":1}` */
const CHUNKS = '7\r\n{"a":1}\r\n0\r\n\r\n'

describe('a body', () => {
  test.each([
    ['application/json', 200],
    ['application/json; charset=utf-8', 200],
    ['APPLICATION/JSON;Charset="UTF-8"', 200],
    ['application/merge-patch+json', 200],
    ['text/plain', 415],
    ['application/json; charset=latin1', 415],
    ['application/jsonx', 415],
    ['', 415],
  ])('of the type %j is answered %i', async (contentType, status) => {
    await using served = await serve(echo)
    const response = await served.fetch('/echo', {
      method: 'POST',
      body: Buffer.from('{"a":1}'),
      headers: { 'content-type': contentType },
    })
    expect(response.status).toBe(status)
    if (status === 415) expect(await response.json()).toMatchObject({ code: 'CONTENT_TYPE_UNSUPPORTED' })
  })

  test('that is compressed is answered 415', async () => {
    await using served = await serve(echo)
    expect((await served.send('POST /echo', {}, { 'content-encoding': 'gzip' })).status).toBe(415)
  })

  test.each(['{', '{"a":1}}', '[1,]', 'undefined', '{"a":\u0001}', '{"__proto__":{"x":1}}', '{"a":{"__proto__":1}}'])(
    'such as %j is answered 400',
    async (body) => {
      await using served = await serve(echo)
      const response = await served.send('POST /echo', body)
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'BODY_MALFORMED' }])
    },
  )

  test.each(['{"constructor":{"prototype":{"x":1}}}', '{"\\u005f_proto__":{"x":1}}', '[{"a":[{"__proto__":null}]}]'])(
    'with the polluting key of %s is answered 400',
    async (body) => {
      await using served = await serve(echo)
      expect((await served.send('POST /echo', body)).status).toBe(400)
    },
  )

  test('that merely mentions such keys is taken as it is', async () => {
    await using served = await serve(echo)
    const body = { constructor: 'Ada', note: '__proto__' }
    expect(await (await served.send('POST /echo', body)).json()).toEqual({ got: body })
  })

  test('with a polluting key is answered 400 also when a body parser ran before', async () => {
    await using served = await serve(echo)
    served.gateway.use(express.json())
    expect(await (await served.send('POST /echo', { a: 1 })).json()).toEqual({ got: { a: 1 } })
    expect((await served.send('POST /echo', '{"__proto__":{"x":1}}')).status).toBe(400)
  })

  test('that is not UTF-8 is answered 400', async () => {
    await using served = await serve(echo)
    const headers = { 'content-type': 'application/json' }
    const body = Buffer.from([0x22, 0xff, 0x22])
    expect((await served.fetch('/echo', { method: 'POST', body, headers })).status).toBe(400)
  })

  test.each([
    ['ten thousand', 10_000, 400],
    ['a thousand and one', 1_001, 400],
    ['a thousand', 1_000, 200],
  ])('nested %s deep is answered as such', async (_, depth, status) => {
    await using served = await serve(echo)
    const body = '['.repeat(depth) + '"[[\\"[["' + ']'.repeat(depth)
    expect((await served.send('POST /echo', body)).status).toBe(status)
  })

  test('whose upload the client gives up leaves nothing in the log', async () => {
    const { logger, lines } = recordingLogger()
    const served = await serve({ logger, modules: [restModule('users', echo)] })
    const socket = connect(served.port, '127.0.0.1')
    socket.resume().end(post('content-type: application/json\r\ncontent-length: 500', '{'))
    await once(socket, 'close')
    await served.host.stop()
    expect(lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
  })

  test('that is missing is the affair of the schema', async () => {
    await using served = await serve((rest) =>
      rest
        .post('/strict')
        .public()
        .body(z.object({ a: z.number() }))
        .response(204)
        .handle(() => undefined),
    )
    const response = await served.fetch('/strict', { method: 'POST' })
    expect(await response.json()).toMatchObject({ status: 422, errors: [{ in: 'body', field: '' }] })
  })
})

describe('a body that may be missing', () => {
  const optional = (rest: RestApi): void =>
    rest
      .post('/echo')
      .public()
      .body(z.object({ a: z.int() }), { optional: true })
      .response(200, z.any())
      .handle(({ body }) => ({ got: body ?? 'nothing' }))

  test.each([
    ['is, in chunks', 'transfer-encoding: chunked', '0\r\n\r\n', '{"got":"nothing"}'],
    ['is, by an unusual length', 'content-length: 00', '', '{"got":"nothing"}'],
    ['is not, in chunks', 'content-type: application/json\r\ntransfer-encoding: chunked', CHUNKS, '{"got":{"a":1}}'],
    ['has no type, in chunks', 'transfer-encoding: chunked', CHUNKS, 'CONTENT_TYPE_UNSUPPORTED'],
    ['has no type', 'content-length: 7', '{"a":1}', 'CONTENT_TYPE_UNSUPPORTED'],
  ])('and %s', async (...[, headers, body, expected]) => {
    await using served = await serve(optional)
    expect(await rawExchange(served.port, post(headers, body))).toContain(expected)
  })

  test('has a type also where a parser ran before', async () => {
    await using served = await serve(optional)
    served.gateway.use(express.json({ type: () => true }))
    const request = post('transfer-encoding: chunked', CHUNKS)
    expect(await rawExchange(served.port, request)).toContain('CONTENT_TYPE_UNSUPPORTED')
  })
})

test('a byte order mark before a JSON text is no part of it', async () => {
  await using served = await serve(echo)
  expect(await (await served.send('POST /echo', '\uFEFF{"a":"\uFEFF"}')).json()).toEqual({ got: { a: '\uFEFF' } })
  expect((await served.send('POST /echo', '\uFEFF')).status).toBe(400)
  expect((await served.send('POST /echo', '\uFEFF\uFEFF1')).status).toBe(400)
})

describe('a body with many values', () => {
  const few = { modules: [restModule('users', echo)], config: { defaults: { body_values: 4 } } }

  test.each([
    ['[1,2,3]', 200],
    ['{"a":{"b":[1]}}', 200],
    [String.raw`["a,[{\",","b,,,,"]`, 200],
    ['[1,2,3,4]', 413],
    ['{"a":1,"b":2,"c":3,"d":4}', 413],
    ['[[1],[2]]', 413],
  ])('of which four are allowed, such as %s, is answered %i', async (body, status) => {
    await using served = await serve(few)
    expect((await served.send('POST /echo', body)).status).toBe(status)
    served.gateway.use(express.json())
    const response = await served.send('POST /echo', body)
    expect(response.status).toBe(status)
    if (status === 413)
      expect(await response.json()).toMatchObject({
        code: 'BODY_VALUES_EXCEEDED',
        detail: expect.stringMatching(/4 values.*defaults\.body_values/),
      })
  })

  test('may have 100,000 of them unless configured', async () => {
    await using served = await serve(echo)
    const zeros = (count: number) => `[${'0,'.repeat(count - 1)}0]`
    expect((await served.send('POST /echo', zeros(99_999))).status).toBe(200)
    expect((await served.send('POST /echo', zeros(100_000))).status).toBe(413)
  })

  test('is none for being long: bytes that middleware leaves are one', async () => {
    await using served = await serve(few)
    served.gateway.use(express.raw({ type: 'application/json' }))
    expect((await served.send('POST /echo', '[1,2,3,4,5,6]')).status).toBe(200)
  })
})

describe('a body over the limit', () => {
  const limited = (rest: RestApi): void =>
    rest
      .post('/echo')
      .public()
      .bodyLimit(100)
      .body(z.any())
      .response(200, z.any())
      .handle(({ body }) => body as object)

  test('is answered 413 by its announced length, before it is read', async () => {
    await using served = await serve(limited)
    const response = await served.send('POST /echo', { a: 'x'.repeat(100) })
    expect([response.status, await response.json()]).toMatchObject([413, { code: 'BODY_TOO_LARGE' }])
  })

  test('is answered 413 as soon as it is, when its length was not announced', async () => {
    await using served = await serve(limited)
    const chunk = `40\r\n${'x'.repeat(64)}\r\n`
    const headers = 'content-type: application/json\r\ntransfer-encoding: chunked'
    expect(await rawExchange(served.port, post(headers, `${chunk}${chunk}0\r\n\r\n`))).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('leaves the connection fit for the next request', async () => {
    await using served = await serve(limited)
    const headers = 'content-type: application/json\r\ncontent-length: 200'
    const first = post(headers, 'x'.repeat(200)).replace('connection: close\r\n', '')
    const both = first + 'GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'
    const answers = await rawExchange(served.port, both)
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  })

  test('is 16 MiB unless configured', async () => {
    await using served = await serve(echo)
    const headers = `content-type: application/json\r\ncontent-length: ${String(16 * 1_024 * 1_024 + 1)}`
    expect(await rawExchange(served.port, post(headers, ''))).toMatch(/^HTTP\/1\.1 413 /)
    await using small = await serve({ config: { defaults: { body_limit_bytes: 10 } }, modules: [] })
    expect(small.host.state).toBe('running')
  })
})
