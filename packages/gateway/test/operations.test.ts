import { once } from 'node:events'
import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { defineErrors, Problem, reply, stream, type ReplyHeaders } from '@modkit/core'
import * as z from 'zod'
import { recordingLogger, restModule, serve } from './support/serve.js'

const User = z.object({ id: z.string(), name: z.string(), age: z.number().int().optional() })
const user = { id: '1', name: 'Ada' }
const errors = defineErrors({
  USER_NOT_FOUND: { status: 404, message: (d: { id: string }) => `There is no user "${d.id}".` },
  LEDGER_BROKEN: { message: 'The ledger at /srv/ledger is broken.' },
})

describe('an operation', () => {
  test('answers what its handler returns, without what the response does not declare', async () => {
    await using served = await serve((rest) => {
      rest
        .get('/users/{id}')
        .public()
        .response(200, User)
        .handle(({ params }) => ({ id: params.id, name: 'Ada', password: 'secret' }))
    })
    const response = await served.fetch('/users/7')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual({ id: '7', name: 'Ada' })
  })

  test('leaves undeclared fields out of alternatives and named schemas too', async () => {
    const Shape = z.union([z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b'), n: z.number() })])
    const Page = z.object({ shapes: z.array(Shape.meta({ id: 'Shape' })) })
    await using served = await serve((rest) => {
      rest
        .get('/shapes')
        .public()
        .response(200, Page)
        .handle(() => ({ shapes: [{ kind: 'b', n: 1, secret: 1 }] }))
    })
    expect(await (await served.fetch('/shapes')).json()).toEqual({ shapes: [{ kind: 'b', n: 1 }] })
  })

  test('gets its parameters and its query converted from text by their schemas', async () => {
    await using served = await serve((rest) => {
      rest
        .get('/pages/{page}')
        .public()
        .params(z.object({ page: z.number().int() }))
        .query(z.object({ tags: z.array(z.string()), deep: z.boolean().default(false), from: z.string().optional() }))
        .response(200, z.any())
        .handle(({ params, query }) => ({ params, query }))
    })
    const response = await served.fetch('/pages/3?tags=a&deep=true&from=007')
    expect(await response.json()).toEqual({ params: { page: 3 }, query: { tags: ['a'], deep: true, from: '007' } })
  })

  test.each([
    ['one of several schemas', z.union([z.object({ page: z.int() }), z.object({ after: z.string(), count: z.int() })])],
    ['two schemas at once', z.object({ page: z.int().optional() }).and(z.object({ count: z.int().optional() }))],
  ])('gets its query converted by %s', async (_, schema) => {
    await using served = await serve((rest) => {
      const answer = rest.get('/pages').public().query(schema).response(200, z.any())
      answer.handle(({ query }) => query)
    })
    expect(await (await served.fetch('/pages?page=3')).json()).toEqual({ page: 3 })
    expect(await (await served.fetch('/pages?after=7&count=10')).json()).toMatchObject({ count: 10 })
    expect((await served.fetch('/pages?page=none&count=none')).status).toBe(422)
  })

  test('may describe the parameters of its path in two schemas', async () => {
    await using served = await serve((rest) => {
      const parameters = z.object({ shop: z.string() }).and(z.object({ page: z.int() }))
      const answer = rest.get('/{shop}/{page}').public().params(parameters).response(200, z.any())
      answer.handle(({ params }) => params)
    })
    expect(await (await served.fetch('/north/3')).json()).toEqual({ shop: 'north', page: 3 })
  })

  test.each(['/described', '/raw'])('gets all pairs of its query, however many there are, at %s', async (path) => {
    await using served = await serve((rest) => {
      const answer = rest.get('/raw').public().response(200, z.int())
      answer.handle(({ query }) => [query['n'] ?? []].flat().length)
      rest
        .get('/described')
        .public()
        .query(z.object({ n: z.array(z.int()) }))
        .response(200, z.int())
        .handle(({ query }) => query.n.length)
    })
    const response = await served.fetch(`${path}?${'n=1&'.repeat(2_500)}n=2`)
    expect([response.status, await response.json()]).toEqual([200, 2_501])
  })

  test('answers 422 with every field that is wrong, by part and JSON pointer', async () => {
    await using served = await serve((rest) => {
      rest
        .post('/users/{id}')
        .public()
        .params(z.object({ id: z.number() }))
        .query(z.object({ limit: z.number().max(10) }))
        .body(z.object({ name: z.string(), tags: z.array(z.object({ 'a/b': z.number() })) }))
        .response(204)
        .handle(() => undefined)
    })
    const response = await served.send('POST /users/x?limit=11', { name: 1, tags: [{ 'a/b': 1 }, { 'a/b': 'x' }] })
    const problem = (await response.json()) as { errors: { in: string; field: string }[] }
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(problem).toMatchObject({ code: 'VALIDATION_FAILED', status: 422, instance: '/users/x' })
    expect(problem.errors.map(({ in: part, field }) => `${part} ${field}`)).toEqual([
      'params /id',
      'query /limit',
      'body /name',
      'body /tags/1/a~1b',
    ])
  })

  test('answers the status of reply(), with its headers', async () => {
    await using served = await serve((rest) => {
      rest
        .post('/users')
        .public()
        .body(User)
        .response(201, User)
        .response(200, User)
        .handle(({ body }) => reply(201, body, { location: `/users/${body.id}` }))
    })
    const response = await served.send('POST /users', { id: '1', name: 'Ada' })
    expect([response.status, response.headers.get('location')]).toEqual([201, '/users/1'])
  })

  test('answers a body that is no JSON as it is', async () => {
    await using served = await serve((rest) => {
      rest
        .get('/robots.txt')
        .public()
        .response(200, z.string(), { contentType: 'text/plain' })
        .handle(() => 'User-agent: *')
    })
    const response = await served.fetch('/robots.txt')
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toBe('User-agent: *')
  })

  test('answers 204 without a body', async () => {
    await using served = await serve((rest) => {
      rest
        .delete('/users/{id}')
        .public()
        .response(204)
        .handle(() => undefined)
    })
    const response = await served.fetch('/users/1', { method: 'DELETE' })
    expect([response.status, await response.text(), response.headers.get('content-length')]).toEqual([204, '', null])
  })

  test('may take a rest of several segments, decoded', async () => {
    await using served = await serve((rest) => {
      rest
        .get('/files/{*path}')
        .public()
        .response(200, z.any())
        .handle(({ params }) => params)
    })
    expect(await (await served.fetch('/files/a/b%2Fc/d%20e.txt')).json()).toEqual({ path: 'a/b/c/d e.txt' })
    expect((await served.fetch('/files/')).status).toBe(404)
  })

  test('can look at the request through Express, and answer by hand', async () => {
    await using served = await serve((rest) => {
      rest
        .get('/by-hand/{id}')
        .public()
        .response(200, z.any())
        .handle(({ request, response }) => {
          response.status(202).json({ ip: request.ip, id: request.params['id'], agent: request.get('user-agent') })
        })
    })
    const response = await served.fetch('/by-hand/7', { headers: { 'user-agent': 'test' } })
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual({ ip: '127.0.0.1', id: '7', agent: 'test' })
  })
})

test.each([
  ['at once', false],
  ['after a while', true],
])('a handler that answers by hand and fails %s is a fault in the log', async (_when, waits) => {
  const { logger, lines } = recordingLogger()
  const users = restModule('users', (rest) => {
    rest
      .get('/by-hand')
      .public()
      .response(200, z.any())
      .handle(async ({ response }) => {
        if (waits) await once(response.json({}), 'finish')
        else response.json({})
        throw new Error('too late to tell')
      })
  })
  await using served = await serve({ modules: [users], logger })
  expect(await (await served.fetch('/by-hand')).json()).toEqual({})
  await served.host.stop()
  const faults = lines.filter(({ level }) => level === 'error')
  expect(faults).toMatchObject([{ message: 'request failed', fields: { error: { message: 'too late to tell' } } }])
})

describe('a failing handler', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'

  async function answerOf(failing: () => never) {
    const { logger, lines } = recordingLogger()
    await using served = await serve({
      logger,
      modules: [restModule('users', (rest) => rest.get('/fail').public().response(200, User).handle(failing))],
    })
    const headers = { 'x-request-id': 'r-1', traceparent: `00-${trace}-00f067aa0ba902b7-01` }
    const response = await served.fetch('/fail?token=secret', { headers })
    const text = await response.text()
    return { response, text, problem: JSON.parse(text) as Record<string, unknown>, lines }
  }

  test('that throws a problem answers it', async () => {
    const { response, problem } = await answerOf(() => {
      throw new Problem({ status: 409, title: 'Taken', detail: 'The name is taken.', headers: { 'retry-after': '5' } })
    })
    expect(response.headers.get('retry-after')).toBe('5')
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Taken',
      status: 409,
      detail: 'The name is taken.',
      instance: '/fail',
      traceId: trace,
    })
  })

  test("that throws an error of a module's contract answers its status, code and message", async () => {
    const { problem } = await answerOf(() => {
      throw errors.USER_NOT_FOUND({ id: '7' })
    })
    expect(problem).toMatchObject({ status: 404, code: 'USER_NOT_FOUND', detail: 'There is no user "7".' })
  })

  test('answers nothing of an internal error but a trace id, under which the log has all of it', async () => {
    const { response, text, lines } = await answerOf(() => {
      throw new Error('cannot open /etc/shadow', { cause: new Error('inner') })
    })
    expect(response.status).toBe(500)
    expect(text).not.toMatch(/shadow|inner|\.ts|stack|secret/)
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL_ERROR', traceId: trace })
    const line = lines.find(({ level }) => level === 'error')
    expect(line).toMatchObject({
      message: 'request failed',
      fields: {
        requestId: 'r-1',
        traceId: trace,
        route: 'GET /fail',
        module: 'users',
        path: '/fail',
        error: { message: 'cannot open /etc/shadow', cause: { message: 'inner' } },
        stack: expect.stringContaining('operations.test'),
      },
    })
  })

  test('keeps the message of a contract error that is the server’s fault to the log', async () => {
    const { problem } = await answerOf(() => {
      throw errors.LEDGER_BROKEN()
    })
    expect(problem).toMatchObject({ status: 500, code: 'LEDGER_BROKEN' })
    expect(JSON.stringify(problem)).not.toContain('/srv/ledger')
  })

  test('may throw anything', async () => {
    const { problem } = await answerOf(() => {
      throw 'nothing'
    })
    expect(problem).toMatchObject({ status: 500 })
  })
})

test('a header that plain JavaScript leaves undefined is not sent', async () => {
  const headers = {
    etag: undefined,
    'content-length': undefined,
    'cache-control': undefined,
    'x-list': ['a', undefined],
  } as unknown as ReplyHeaders
  await using served = await serve((rest) => {
    rest
      .get('/a')
      .public()
      .response(200, User)
      .handle(() => reply(200, user, headers))
    rest
      .get('/empty')
      .public()
      .response(202)
      .handle(() => reply(202, undefined, headers))
    rest
      .get('/stream')
      .public()
      .response(200, 'text/plain')
      .handle(() => stream(['a'], 'text/plain', { headers }))
  })
  for (const path of ['/a', '/empty', '/stream']) {
    const response = await served.fetch(path)
    expect(response.ok).toBe(true)
    expect(response.headers.get('etag')).toBeNull()
    expect(response.headers.get('x-list')).toBe('a')
  }
  const head = await served.fetch('/empty', { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe('0')
})

describe('an answer that the operation does not declare', () => {
  test('with a missing field is a logged 500 that names the field', async () => {
    const { logger, lines } = recordingLogger()
    await using served = await serve({
      logger,
      modules: [
        restModule('users', (rest) => {
          rest
            .get('/a')
            .public()
            .response(200, User)
            .handle(() => ({ id: '1' }) as never)
        }),
      ],
    })
    const response = await served.fetch('/a')
    expect(await response.json()).toMatchObject({ status: 500, code: 'RESPONSE_INVALID' })
    expect(JSON.stringify(lines)).toContain('name')
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  test('by its status is a logged 500', async () => {
    await using served = await serve((rest) => {
      rest
        .get('/a')
        .public()
        .response(200, User)
        .handle(() => reply(418, {}) as never)
    })
    expect((await served.fetch('/a')).status).toBe(500)
  })

  test.each(['GET', 'HEAD'])('by the status of a stream is a logged 500 to %s, and ends its source', async (method) => {
    const { logger, lines } = recordingLogger()
    const source = Readable.from(['tea'])
    const pot = restModule('pot', (rest) => {
      rest
        .get('/a')
        .public()
        .response(200, 'text/plain')
        .handle(() => stream(source, 'text/plain', { status: 418 }))
    })
    await using served = await serve({ logger, modules: [pot] })
    expect((await served.fetch('/a', { method })).status).toBe(500)
    const failures = lines.filter(({ level }) => level === 'error')
    expect(failures).toMatchObject([{ fields: { error: { code: 'RESPONSE_INVALID' } } }])
    expect(source.destroyed).toBe(true)
  })
})
