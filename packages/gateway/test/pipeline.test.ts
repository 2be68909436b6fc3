import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import {
  authenticatorKey,
  clientRegistration,
  type Authenticator,
  type RestApi,
  type SecurityContext,
} from '@modkit/core'
import request from 'supertest'
import * as z from 'zod'
import { rawExchange } from './support/raw-exchange.js'
import { recordingLogger, restModule, serve, unstarted } from './support/serve.js'

const ok = (rest: RestApi): void =>
  rest
    .get('/ok')
    .public()
    .response(200, z.object({ id: z.string() }))
    .handle(({ requestId }) => ({ id: requestId }))

describe('the request id', () => {
  test("is the client's own where it is legal, for the handler and on the response", async () => {
    await using served = await serve(ok)
    const response = await served.fetch('/ok', { headers: { 'x-request-id': 'abc-1.2:3_4' } })
    expect([response.headers.get('x-request-id'), await response.json()]).toEqual([
      'abc-1.2:3_4',
      { id: 'abc-1.2:3_4' },
    ])
  })

  test.each(['a b', 'x'.repeat(129), '<script>', 'a;b'])('is a new one in place of %j', async (id) => {
    await using served = await serve(ok)
    const response = await served.fetch('/ok', { headers: { 'x-request-id': id } })
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
  })
})

test('every answer of an operation bears the security headers', async () => {
  await using served = await serve(ok)
  for (const path of ['/ok', '/none', '/health/live']) {
    const { headers } = await served.fetch(path)
    expect([headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual(['nosniff', 'no-referrer'])
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-powered-by')).toBeNull()
  }
})

describe('Express', () => {
  test('answers operations, mounts and everything else without a server of the gateway', async () => {
    await using served = await serve((rest) => {
      ok(rest)
      rest.mount('/legacy', (_, response) => void response.send('legacy'))
    })
    const { app } = served.gateway
    await request(app).get('/ok').set('x-request-id', 'r-1').expect(200, { id: 'r-1' }).expect('x-request-id', 'r-1')
    await request(app).get('/legacy').expect(200, 'legacy')
    await request(app).post('/ok').expect(405)
    await request(app).get('/none').expect(404).expect('content-type', 'application/problem+json')
  })

  test('middleware goes in front of operations and mounts, with messages that are Express’s', async () => {
    await using served = await serve(ok)
    await served.fetch('/ok')
    served.gateway.use((req, res, next) => {
      res.set('x-seen', `${req.path} ${req.ip ?? ''}`)
      next()
    })
    expect((await served.fetch('/ok')).headers.get('x-seen')).toBe('/ok 127.0.0.1')
    expect((await served.fetch('/none')).headers.get('x-seen')).toBe('/none 127.0.0.1')
  })

  test('middleware can answer, and fail, before an operation is asked', async () => {
    await using served = await serve(ok)
    served.gateway.use((req, res, next) => {
      if (req.query['stop'] !== undefined) res.status(418).end()
      else if (req.query['fail'] !== undefined)
        next(Object.assign(new Error('Bad cookie.'), { status: 400, expose: true }))
      else next()
    })
    expect((await served.fetch('/ok?stop')).status).toBe(418)
    expect(await (await served.fetch('/ok?fail')).json()).toMatchObject({ status: 400, detail: 'Bad cookie.' })
    expect((await served.fetch('/ok')).status).toBe(200)
  })
})

describe.each([false, true])("another server's refusal that a handler throws (behind middleware: %s)", (isBehind) => {
  const refused = (at: string, marks: object) => (rest: RestApi) =>
    rest
      .get(at)
      .public()
      .response(204)
      .handle(() => Promise.reject(Object.assign(new Error('upstream said key=SECRET'), marks)))

  test.each([
    ['a status', { status: 401 }],
    ['a status and leave to be read', { statusCode: 404, expose: true }],
  ])('with %s is answered 500, logged and not told', async (_, marks) => {
    const { logger, lines } = recordingLogger()
    await using served = await serve({ modules: [restModule('users', refused('/orders', marks))], logger })
    if (isBehind) served.gateway.use((_request, _response, next) => next())
    const response = await served.fetch('/orders')
    const text = await response.text()
    expect([response.status, text]).toEqual([500, expect.stringContaining('INTERNAL_ERROR')])
    expect(text).not.toContain('SECRET')
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'request failed', fields: { error: { message: 'upstream said key=SECRET' } } },
    ])
  })
})

describe('an authenticated operation', () => {
  const closed = (rest: RestApi): void =>
    rest
      .get('/me')
      .authenticated('users:read', 'users:list')
      .response(200, z.object({ subject: z.string() }))
      .handle(({ security }) => ({ subject: security.subject }))

  /** Knows callers by their token. */
  const callers: Readonly<Record<string, SecurityContext>> = {
    'Bearer all': { subject: 'ada', scopes: ['users:read', 'users:list', 'more'] },
    'Bearer star': { subject: 'root', scopes: ['*'] },
    'Bearer some': { subject: 'bob', scopes: ['users:read'] },
    'Bearer none': { subject: 'eve', scopes: [] },
  }
  const authenticator: Authenticator = {
    authenticate: ({ headers }) => {
      if (headers.authorization === 'Bearer broken') throw new Error('The key server is away.')
      return Promise.resolve(callers[headers.authorization ?? ''] ?? null)
    },
  }

  test('without an authenticator ends the start, naming the operation', async () => {
    const host = unstarted({ modules: [restModule('users', closed)] })
    await expect(host.start()).rejects.toMatchObject({
      cause: { code: 'AUTHENTICATOR_MISSING', details: { operations: ['GET /me'] } },
    })
  })

  test.each([
    ['Bearer all', 200, null],
    ['Bearer star', 200, null],
    ['Bearer some', 403, 'Bearer error="insufficient_scope", scope="users:read users:list"'],
    ['Bearer none', 403, 'Bearer error="insufficient_scope", scope="users:read users:list"'],
    ['Bearer unknown', 401, 'Bearer'],
    ['', 401, 'Bearer'],
    ['Bearer broken', 503, null],
  ])('answers %j with %i', async (authorization, status, challenge) => {
    const { logger, lines } = recordingLogger()
    const clients = [clientRegistration(authenticatorKey, authenticator)]
    await using served = await serve({ modules: [restModule('users', closed)], clients, logger })
    const response = await served.fetch('/me', { headers: { authorization } })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([status, challenge])
    expect(await response.text()).not.toContain('key server')
    expect(JSON.stringify(lines).includes('The key server is away.')).toBe(status === 503)
  })

  test('is judged before its input, and its body’s type before that', async () => {
    const clients = [clientRegistration(authenticatorKey, authenticator)]
    const write = (rest: RestApi): void =>
      rest
        .post('/me')
        .authenticated()
        .body(z.object({ name: z.string() }))
        .response(204)
        .handle(() => undefined)
    await using served = await serve({ modules: [restModule('users', write)], clients })
    expect((await served.send('POST /me', { name: 1 })).status).toBe(401)
    expect((await served.send('POST /me', 'x', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await served.send('POST /me', { name: 1 }, { authorization: 'Bearer none' })).status).toBe(422)
  })
})

describe('the signal of a handler', () => {
  test('aborts when the client goes away', async () => {
    const entered = withResolvers<undefined>()
    const aborted = withResolvers<unknown>()
    await using served = await serve((rest) =>
      rest
        .get('/slow')
        .public()
        .response(204)
        .handle(async ({ signal }) => {
          entered.resolve(undefined)
          await once(signal, 'abort')
          aborted.resolve(signal.reason)
        }),
    )
    const socket = connect(served.port, '127.0.0.1')
    socket.write('GET /slow HTTP/1.1\r\nhost: a\r\n\r\n')
    await entered.promise
    socket.destroy()
    expect(await aborted.promise).toMatchObject({ message: 'The client has gone away.' })
  })

  test('aborts when the time of the operation is up, which is answered 504', async () => {
    const aborted = withResolvers<unknown>()
    await using served = await serve((rest) =>
      rest
        .get('/slow')
        .public()
        .timeout(20)
        .response(204)
        .handle(async ({ signal }) => {
          await once(signal, 'abort')
          aborted.resolve(signal.reason)
          throw new Error('too late for anybody to hear')
        }),
    )
    const response = await served.fetch('/slow')
    expect([response.status, await response.json()]).toMatchObject([504, { code: 'HANDLER_TIMEOUT' }])
    expect(await aborted.promise).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
  })

  test('a body that a handler waits for in vain is answered 408', async () => {
    await using served = await serve((rest) =>
      rest
        .post('/slow')
        .public()
        .timeout(20)
        .bytes()
        .response(200, z.int())
        .handle(async ({ body }) => (await body.bytes()).length),
    )
    const socket = connect(served.port, '127.0.0.1')
    socket.write(
      'POST /slow HTTP/1.1\r\nhost: a\r\ncontent-type: application/octet-stream\r\ncontent-length: 10\r\n\r\n{',
    )
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /)
    socket.destroy()
  })
})

describe('what is no request', () => {
  test('is answered 400 as a problem', async () => {
    await using served = await serve(ok)
    const answer = await rawExchange(served.port, 'NONSENSE\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json/)
  })

  test.each([
    ['GET /ok HTTP/1.1', '', 400, 'HOST_MISSING'],
    ['GET /ok HTTP/1.1', 'host: a\r\nexpect: more\r\n', 417, 'EXPECTATION_FAILED'],
    ['POST /ok HTTP/1.1', 'host: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n', 400, 'REQUEST_MALFORMED'],
  ])('such as %j with %j is answered %i as a problem', async (...[line, headers, status, code]) => {
    await using served = await serve(ok)
    const answer = await rawExchange(served.port, `${line}\r\n${headers}connection: close\r\n\r\n`)
    expect(answer).toMatch(
      new RegExp(`^HTTP/1.1 ${String(status)} [\\s\\S]*application/problem\\+json[\\s\\S]*${code}`),
    )
  })

  test('but asks about the server as a whole is answered 204', async () => {
    await using served = await serve(ok)
    const answer = await rawExchange(served.port, 'OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 204 /)
  })

  test('because its head is too long is answered 431', async () => {
    await using served = await serve(ok)
    const answer = await rawExchange(served.port, `GET /ok HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })
})

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
