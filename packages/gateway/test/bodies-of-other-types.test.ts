import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { Problem, type IncomingBytes, type ModuleClass, type RestApi } from '@modkit/core'
import express from 'express'
import * as z from 'zod'
import { jsonSchema } from '../src/index.js'
import { RawClient } from './support/raw-client.js'
import { rawExchange } from './support/raw-exchange.js'
import { restModule, serve } from './support/serve.js'

async function answerTo(declare: (rest: RestApi) => void, init: RequestInit) {
  await using served = await serve(declare)
  const response = await served.fetch('/up', { method: 'POST', duplex: 'half', ...init })
  const text = await response.text()
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, body, headers: response.headers }
}

/** A body that arrives in pieces. */
function inPieces(...pieces: (string | Uint8Array)[]): ReadableStream {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece)
      controller.close()
    },
  })
}

describe('a body of a form in the address style', () => {
  const Login = z.object({ name: z.string(), age: z.number(), tag: z.array(z.string()).optional() })
  const login = (rest: RestApi): void =>
    rest
      .post('/up')
      .public()
      .body(Login, { contentType: ['application/x-www-form-urlencoded', 'application/json'] })
      .response(200, z.any())
      .handle(({ body }) => body)

  const form = (body: string): RequestInit => ({
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  })

  test('is converted and validated by the schema', async () => {
    const { body } = await answerTo(login, form('name=Ada+L&age=36&tag=a&tag=b'))
    expect(body).toEqual({ name: 'Ada L', age: 36, tag: ['a', 'b'] })
  })

  test('is refused with the field that is wrong', async () => {
    const { status, body } = await answerTo(login, form('name=Ada&age=old'))
    expect(status).toBe(422)
    expect(body).toMatchObject({ errors: [{ in: 'body', field: '/age' }] })
  })

  test('may be JSON where the operation takes both', async () => {
    const init = { body: '{"name":"Ada","age":36}', headers: { 'content-type': 'application/json' } }
    expect((await answerTo(login, init)).body).toEqual({ name: 'Ada', age: 36 })
  })

  test.each([true, false])('is converted also where a parser ran before (extended: %j)', async (extended) => {
    await using served = await serve(login)
    served.gateway.use(express.urlencoded({ extended }))
    const answer = async (body: string): Promise<unknown> =>
      (await served.fetch('/up', { method: 'POST', ...form(body) })).json()
    expect(await answer('name=7&age=36&tag=a')).toEqual({ name: '7', age: 36, tag: ['a'] })
    expect(await answer('name=7&age=36&tag[a][b]=1')).toMatchObject(extended ? { status: 422 } : { age: 36 })
    expect(await answer('name=Ada&age=old')).toMatchObject({ status: 422, errors: [{ field: '/age' }] })
  })

  const tags = (count: number): string => `name=Ada${'&tag=x'.repeat(count)}&age=36`

  test('of 10,000 pairs comes whole', async () => {
    const { status, body } = await answerTo(login, form(tags(9_998)))
    expect(status).toBe(200)
    expect(body).toMatchObject({ age: 36, tag: { length: 9_998 } })
  })

  test('of more pairs is refused, not cut', async () => {
    const { status, body } = await answerTo(login, form(tags(9_999)))
    expect(status).toBe(413)
    expect(body).toMatchObject({ code: 'FIELDS_TOO_MANY', detail: expect.stringContaining('10000') })
  })

  test('cannot reach a prototype', async () => {
    const { status } = await answerTo(login, form('__proto__=x&name=Ada&age=1'))
    expect(status).toBe(200)
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })
})

test.each([
  ['', undefined, { got: 'nothing' }],
  ['{"n":1}', 'application/json', { got: { n: 1 } }],
])('a body that may be missing may be %j', async (text, type, expected) => {
  const optional = (rest: RestApi): void =>
    rest
      .post('/up')
      .public()
      .body(z.object({ n: z.number() }), { optional: true })
      .response(200, z.any())
      .handle(({ body }) => ({ got: body ?? 'nothing' }))
  const init = text === '' ? {} : { body: text, headers: { 'content-type': type ?? '' } }
  expect((await answerTo(optional, init)).body).toEqual(expected)
})

describe('a body of bytes', () => {
  const measure =
    (...types: string[]) =>
    (rest: RestApi): void =>
      rest
        .post('/up')
        .public()
        .bodyLimit(1_000)
        .bytes(...types)
        .response(200, z.any())
        .handle(async ({ body }) => {
          let bytes = 0
          for await (const chunk of body) bytes += chunk.length
          return { bytes, contentType: body.contentType }
        })

  const pictures = { headers: { 'content-type': 'Image/PNG; q=1' } }

  test('comes as it arrives, with its type', async () => {
    const init = { ...pictures, body: inPieces('12345', new Uint8Array(7)) }
    expect((await answerTo(measure('image/*'), init)).body).toEqual({ bytes: 12, contentType: 'image/png' })
  })

  test.each([
    ['application/octet-stream', [], 200],
    ['image/png', [], 415],
    ['image/png', ['image/jpeg', 'image/png'], 200],
    ['text/plain', ['*/*'], 200],
    ['imagex/png', ['image/*'], 415],
  ])('of the type %s is, where %j are taken, answered with %d', async (type, types, status) => {
    const init = { body: 'abc', headers: { 'content-type': type } }
    expect((await answerTo(measure(...types), init)).status).toBe(status)
  })

  test('is refused by its announced length, and by its bytes where it announces none', async () => {
    const announced = await answerTo(measure(), {
      body: new Uint8Array(1_001),
      headers: { 'content-type': 'application/octet-stream' },
    })
    const unannounced = await answerTo(measure(), {
      body: inPieces(new Uint8Array(600), new Uint8Array(600)),
      headers: { 'content-type': 'application/octet-stream' },
    })
    expect([announced.status, unannounced.status]).toEqual([413, 413])
    expect(unannounced.body).toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  test('can be had whole, once', async () => {
    const whole = (rest: RestApi): void =>
      rest
        .post('/up')
        .public()
        .bytes('text/plain')
        .response(200, z.any())
        .handle(async ({ body }) => ({ text: await body.text(), again: await body.text().catch(() => 'gone') }))
    const { body } = await answerTo(whole, { body: 'grüße', headers: { 'content-type': 'text/plain' } })
    expect(body).toEqual({ text: 'grüße', again: 'gone' })
  })

  test('that ends early fails its handler, and leaves the gateway healthy', async () => {
    let fail: (error: unknown) => void = () => undefined
    const failed = new Promise((resolve) => {
      fail = resolve
    })
    let arrive: () => void = () => undefined
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    const take = restModule('take', (rest) =>
      rest
        .post('/up')
        .public()
        .bytes()
        .response(204)
        .handle(async ({ body }) => {
          arrive()
          await body.bytes().catch((error: unknown) => {
            fail(error)
            throw error
          })
        }),
    )
    await using served = await serve({ modules: [take] })
    const socket = connect(served.port, '127.0.0.1')
    socket.write(
      'POST /up HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\ncontent-type: application/octet-stream\r\n\r\nabc',
    )
    await arrived
    socket.destroy()
    expect(await failed).toMatchObject({ status: 400, code: 'BODY_MALFORMED' })
    expect((await served.fetch('/health/live')).status).toBe(200)
  })

  test('that the handler does not take does not keep the next request on the connection from its answer', async () => {
    const ignore = (rest: RestApi): void =>
      rest
        .post('/up')
        .public()
        .bytes()
        .response(204)
        .handle(() => undefined)
    await using served = await serve(ignore)
    const first = `POST /up HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-type: application/octet-stream\r\n\r\nabcde`
    const both = await rawExchange(
      served.port,
      `${first}GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
    )
    expect(both.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 204', 'HTTP/1.1 200'])
  })

  /** A module that takes bytes so. */
  const taking = (take: (body: IncomingBytes) => unknown): ModuleClass =>
    restModule('take', (rest) =>
      rest
        .post('/up')
        .public()
        .bytes()
        .response(204)
        .handle(({ body }) => take(body) as Promise<undefined>),
    )

  const takers: readonly [string, (body: IncomingBytes) => unknown][] = [
    [
      'takes one piece of it',
      (body) =>
        body[Symbol.asyncIterator]()
          .next()
          .then(() => undefined),
    ],
    [
      'fails at its first piece',
      async (body) => {
        await body[Symbol.asyncIterator]().next()
        throw new Problem({ status: 409, code: 'ENOUGH' })
      },
    ],
  ]
  test.each(takers)('does not keep the next request from its answer where the handler %s', async (_, take) => {
    const bytes = 3_000_000
    await using served = await serve({ modules: [taking(take)] })
    using client = new RawClient(served.port, 'POST /up HTTP/1.1', [
      ...['host: a', 'content-type: application/octet-stream', `content-length: ${String(bytes)}`],
    ])
    client.send('x'.repeat(bytes))
    await client.until('HTTP/1.1')
    client.send('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n')
    await client.until('HTTP/1.1 200')
  })

  test('that is read on after the answer fails its reader, who would take what has come for the whole', async () => {
    let readOn: Promise<unknown> = Promise.resolve()
    let goOn: () => void = () => undefined
    const isAnswered = new Promise<void>((resolve) => (goOn = resolve))
    const module = taking(async (body) => {
      const pieces = body[Symbol.asyncIterator]()
      await pieces.next()
      readOn = isAnswered.then(() => pieces.next())
      readOn.catch(() => undefined)
    })
    await using served = await serve({ modules: [module] })
    using client = new RawClient(served.port, 'POST /up HTTP/1.1', [
      ...['host: a', 'content-type: application/octet-stream', 'content-length: 6'],
    ])
    client.send('abc')
    await client.until('HTTP/1.1 204')
    client.send('defGET /health/live HTTP/1.1\r\nhost: a\r\n\r\n')
    await client.until('HTTP/1.1 200')
    goOn()
    await expect(readOn).rejects.toThrow('Read the body before the handler answers')
  })
})

describe('a form of parts', () => {
  const upload = (rest: RestApi): void =>
    rest
      .post('/up')
      .public()
      .bodyLimit(100_000)
      .multipart({
        fields: { title: z.string().min(1), count: z.number().default(7) },
        files: {
          picture: { contentTypes: ['image/*'], maxBytes: 1_000 },
          extra: { maxCount: 2, optional: true },
        },
      })
      .response(200, z.any())
      .handle(async ({ body }) => {
        const seen: unknown[] = []
        for await (const part of body) {
          if (part.kind === 'field') seen.push([part.name, part.value])
          else if (part.name === 'picture')
            seen.push([part.name, part.filename, part.contentType, (await part.bytes()).length])
          // Files of the name "extra" are skipped.
          else seen.push([part.name])
        }
        return seen
      })

  function form(...parts: [name: string, value: string | File][]): RequestInit {
    const data = new FormData()
    for (const [name, value] of parts) data.append(name, value)
    return { body: data }
  }

  const picture = (bytes: number, name = 'a.png', type = 'image/png') =>
    new File([new Uint8Array(bytes)], name, { type })

  test('comes part by part, fields converted and validated', async () => {
    const init = form(['title', 'T'], ['count', '3'], ['picture', picture(999)])
    expect((await answerTo(upload, init)).body).toEqual([
      ['title', 'T'],
      ['count', 3],
      ['picture', 'a.png', 'image/png', 999],
    ])
  })

  test('has the defaults of fields that did not come, and skips the bytes that nobody takes', async () => {
    const init = form(['extra', picture(50_000)], ['picture', picture(1)], ['title', 'T'], ['extra', picture(2)])
    expect((await answerTo(upload, init)).body).toEqual([
      ['extra'],
      ['picture', 'a.png', 'image/png', 1],
      ['title', 'T'],
      ['extra'],
      ['count', 7],
    ])
  })

  test('lacks a file that was not chosen, which a browser sends all the same', async () => {
    const none = new File([], '', { type: 'application/octet-stream' })
    const optional = form(['title', 'T'], ['extra', none], ['picture', picture(1)])
    expect((await answerTo(upload, optional)).body).not.toContainEqual(['extra'])
    const missing = await answerTo(upload, form(['title', 'T'], ['picture', none]))
    expect([missing.status, missing.body]).toMatchObject([422, { errors: [{ field: '/picture' }] }])
    const nameless = picture(2, '', 'application/octet-stream')
    const sent = await answerTo(upload, form(['title', 'T'], ['extra', nameless], ['picture', picture(1)]))
    expect(sent.body).toContainEqual(['extra'])
  })

  const tagged = (rest: RestApi): void =>
    rest
      .post('/up')
      .public()
      .multipart({
        fields: {
          tags: z.array(z.int()),
          limit: jsonSchema<number>({ $ref: '#/definitions/Limit', definitions: { Limit: { type: 'integer' } } }),
        },
        files: { picture: { optional: true } },
      })
      .response(200, z.any())
      .handle(async ({ body }) => {
        const seen: unknown[] = []
        for await (const part of body) seen.push(part.kind === 'field' ? [part.name, part.value] : part.name)
        return seen
      })

  test('has a list of the parts that follow each other under its name', async () => {
    const several = form(['tags', '1'], ['tags', '2'], ['limit', '7'], ['picture', picture(1)])
    expect((await answerTo(tagged, several)).body).toEqual([['tags', [1, 2]], ['limit', 7], 'picture'])
    const last = form(['limit', '7'], ['picture', picture(1)], ['tags', '1'])
    expect((await answerTo(tagged, last)).body).toEqual([['limit', 7], 'picture', ['tags', [1]]])
  })

  test('with a list in two places, or with one that is too long, is refused', async () => {
    const apart = await answerTo(tagged, form(['tags', '1'], ['limit', '7'], ['tags', '2']))
    expect(apart.body).toMatchObject({
      status: 422,
      errors: [{ field: '/tags', message: expect.stringMatching(/^it comes twice/) }],
    })
    const tags = Array.from({ length: 10_001 }, () => ['tags', '1'] as [string, string])
    expect((await answerTo(tagged, form(...tags))).body).toMatchObject({ status: 413, code: 'FIELDS_TOO_MANY' })
  })

  test('gives the name of a file without its folders', async () => {
    const init = form(['title', 'T'], ['picture', picture(1, '../../etc/a.png')])
    expect((await answerTo(upload, init)).body).toContainEqual(['picture', 'a.png', 'image/png', 1])
  })

  test.each<[string, RequestInit, number, string]>([
    ['a field that is wrong', form(['title', ''], ['picture', picture(1)]), 422, '/title'],
    ['a number that is none', form(['title', 'T'], ['count', 'x'], ['picture', picture(1)]), 422, '/count'],
    ['a field that is missing', form(['picture', picture(1)]), 422, '/title'],
    ['a field that comes twice', form(['title', 'T'], ['title', 'U'], ['picture', picture(1)]), 422, '/title'],
    ['a field that nobody knows', form(['title', 'T'], ['other', 'x'], ['picture', picture(1)]), 422, '/other'],
    ['a file that is missing', form(['title', 'T']), 422, '/picture'],
    ['a file of another type', form(['picture', picture(1, 'a.txt', 'text/plain')], ['title', 'T']), 422, '/picture'],
    ['a file that nobody knows', form(['title', 'T'], ['virus', picture(1)]), 422, '/virus'],
    [
      'a file that comes twice',
      form(['title', 'T'], ['picture', picture(1)], ['picture', picture(1)]),
      422,
      '/picture',
    ],
    ['a field in place of a file', form(['title', 'T'], ['picture', 'text']), 422, '/picture'],
    ['a polluting name', form(['__proto__', 'x'], ['title', 'T']), 422, '/__proto__'],
  ])('with %s is refused', async (...[, init, status, field]) => {
    const answer = await answerTo(upload, init)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ in: 'body', field }] })
  })

  test('with a field that is too large is 413, whatever the body may have', async () => {
    const large = (rest: RestApi): void =>
      rest
        .post('/up')
        .public()
        .multipart({ fields: { title: z.string() } })
        .response(204)
        .handle(async ({ body }) => {
          for await (const part of body) void part
        })
    const { status, body } = await answerTo(large, form(['title', 'x'.repeat(1_100_000)]))
    expect([status, body]).toMatchObject([413, { code: 'FIELD_TOO_LARGE' }])
  })

  test('with a file that is too large is 413, and so is one that is too large altogether', async () => {
    const one = await answerTo(upload, form(['title', 'T'], ['picture', picture(1_001)]))
    const all = await answerTo(upload, form(['extra', picture(60_000)], ['extra', picture(60_000)]))
    expect([one.status, one.body]).toMatchObject([413, { code: 'FILE_TOO_LARGE' }])
    expect([all.status, all.body]).toMatchObject([413, { code: 'BODY_TOO_LARGE' }])
  })

  test.each([
    ['no boundary', 'multipart/form-data', 'x', 400],
    ['another boundary', 'multipart/form-data; boundary=b', '--c\r\n\r\nx\r\n--c--\r\n', 400],
    ['no end', 'multipart/form-data; boundary=b', '--b\r\ncontent-disposition: form-data; name="title"\r\n\r\nx', 400],
    ['a file without an end', 'multipart/form-data; boundary=b', fileWithoutEnd(), 400],
    ['another type', 'application/json', '{}', 415],
  ])('with %s is refused', async (...[, type, body, status]) => {
    expect((await answerTo(upload, { body, headers: { 'content-type': type } })).status).toBe(status)
  })

  test('does not keep the next request from its answer where the handler takes a piece of a file', async () => {
    await using served = await serve((rest) =>
      rest
        .post('/up')
        .public()
        .multipart({ files: { picture: {} } })
        .response(204)
        .handle(async ({ body }) => {
          for await (const part of body) {
            await part[Symbol.asyncIterator]().next()
            return
          }
        }),
    )
    const head = '--b\r\ncontent-disposition: form-data; name="picture"; filename="a"\r\n\r\n'
    const text = `${head}${'x'.repeat(3_000_000)}\r\n--b--\r\n`
    using client = new RawClient(served.port, 'POST /up HTTP/1.1', [
      ...['host: a', 'content-type: multipart/form-data; boundary=b', `content-length: ${String(text.length)}`],
    ])
    client.send(text)
    await client.until('HTTP/1.1 204')
    client.send('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n')
    await client.until('HTTP/1.1 200')
  })

  test('that ends early fails its handler, whichever part it was in', async () => {
    for (const body of [fileWithoutEnd(), '--b\r\ncontent-disposition: form-data; name="title"\r\n\r\nx']) {
      await using served = await serve(upload)
      const socket = connect(served.port, '127.0.0.1')
      socket.write(
        `POST /up HTTP/1.1\r\nhost: a\r\ncontent-length: 90000\r\ncontent-type: multipart/form-data; boundary=b\r\n\r\n${body}`,
      )
      await new Promise<void>((resolve) => socket.end(resolve))
      socket.resume()
      await once(socket, 'close')
      expect((await served.fetch('/health/live')).status).toBe(200)
    }
  })

  test('of many megabytes passes through bit by bit', async () => {
    const upTo = (rest: RestApi): void =>
      rest
        .post('/up')
        .public()
        .bodyLimit(50_000_000)
        .multipart({ files: { big: { maxBytes: 50_000_000 } } })
        .response(200, z.any())
        .handle(async ({ body }) => {
          let bytes = 0
          let largest = 0
          for await (const part of body)
            for await (const chunk of part) {
              bytes += chunk.length
              largest = Math.max(largest, chunk.length)
            }
          return { bytes, bitByBit: largest < 1_000_000 }
        })
    const { body } = await answerTo(upTo, form(['big', picture(40_000_000)]))
    expect(body).toEqual({ bytes: 40_000_000, bitByBit: true })
  })
})

function fileWithoutEnd(): string {
  return `--b\r\ncontent-disposition: form-data; name="picture"; filename="a.png"\r\ncontent-type: image/png\r\n\r\nabc`
}

describe('a response of a media type', () => {
  const page = (rest: RestApi): void => {
    rest
      .get('/page')
      .public()
      .response(200, 'text/html')
      .handle(() => '<p>hi</p>')
    rest
      .get('/dot')
      .public()
      .response(200, 'image/png')
      .handle(() => new Uint8Array([1, 2, 3]))
  }

  test('is sent as it is, texts with their charset', async () => {
    await using served = await serve(page)
    const html = await served.fetch('/page')
    const dot = await served.fetch('/dot')
    expect([html.headers.get('content-type'), await html.text()]).toEqual(['text/html; charset=utf-8', '<p>hi</p>'])
    expect([dot.headers.get('content-type'), dot.headers.get('content-length')]).toEqual(['image/png', '3'])
  })
})
