import { describe, expect, test } from '@jest/globals'
import { Problem, reply, sse, stream, type RestApi } from '@modkit/core'
import { rawExchange } from './support/raw-exchange.js'
import { recordingLogger, restModule, serve } from './support/serve.js'

/** Headers with whatever the client has put into the path. */
const realm = (text: unknown) => ({ 'www-authenticate': `Bearer realm="${String(text)}"` })

function fail(): never {
  throw new Error('read')
}

const unsendable = (rest: RestApi): void => {
  const of = (kind: string) => rest.get(`/${kind}/{text}`).public()
  of('sync')
    .response(204)
    .handle(({ params }) => {
      throw new Problem({ status: 401, headers: realm(params.text) })
    })
  of('async')
    .response(204)
    .handle(({ params }) => Promise.reject(new Problem({ status: 401, headers: realm(params.text) })))
  of('named')
    .response(204)
    .handle(({ params }) => Promise.reject(new Problem({ status: 401, headers: { [String(params.text)]: 'a' } })))
  of('reply')
    .response(204)
    .handle(({ params }) => reply(204, undefined, realm(params.text)))
  of('trailer')
    .response(204)
    .handle(() => reply(204, undefined, { trailer: 'digest' }))
  of('stream')
    .response(200, 'text/plain')
    .handle(({ params }) => stream(['a'], 'text/plain', { headers: realm(params.text) }))
  of('type')
    .response(200, 'text/plain')
    .handle(({ params }) => stream(['a'], `text/plain; name=${String(params.text)}`))
  of('events')
    .response(200, 'text/event-stream')
    .handle(({ params }) => sse(['a'], { headers: realm(params.text) }))
  of('bigint')
    .response(204)
    .handle(() => Promise.reject(new Problem({ status: 409, code: 10n as unknown as string })))
  of('getter')
    .response(204)
    .handle(() => Promise.reject(Object.defineProperty(new Error('x'), 'stack', { get: fail })))
}

const get = (path: string, connection = 'close'): string =>
  `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: ${connection}\r\n\r\n`

const NOT_IN_A_HEADER = '%E2%82%AC'
const kinds = ['sync', 'async', 'named', 'reply', 'stream', 'type', 'events', 'bigint', 'getter']

describe.each([false, true])('what cannot be sent (behind middleware: %s)', (isBehindMiddleware) => {
  test.each(kinds)('is answered 500 and logged: %s', async (kind) => {
    const { logger, lines } = recordingLogger()
    await using served = await serve({ modules: [restModule('users', unsendable)], logger })
    if (isBehindMiddleware) served.gateway.use((_request, _response, next) => next())
    const response = await served.fetch(`/${kind}/${NOT_IN_A_HEADER}`)
    expect([response.status, await response.json()]).toMatchObject([500, { code: 'INTERNAL_ERROR' }])
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toContain('request failed')
  })

  test('lets the next answer on its connection be that of the next request', async () => {
    await using served = await serve(unsendable)
    if (isBehindMiddleware) served.gateway.use((_request, _response, next) => next())
    const answers = await rawExchange(served.port, get(`/reply/${NOT_IN_A_HEADER}`, 'keep-alive') + get('/health/live'))
    expect(answers).toMatch(/^HTTP\/1\.1 500 [^]*"code":"INTERNAL_ERROR"[^]*\}HTTP\/1\.1 200 /)
  })
})

test('the log says of a header that cannot be sent what to do', async () => {
  const { logger, lines } = recordingLogger()
  await using served = await serve({ modules: [restModule('users', unsendable)], logger })
  await served.fetch(`/sync/${NOT_IN_A_HEADER}`)
  expect(lines.find(({ level }) => level === 'error')?.fields).toMatchObject({
    route: 'GET /sync/{text}',
    error: { message: expect.stringMatching(/"www-authenticate" cannot be sent.*encodeURIComponent/) },
  })
})

test('a head that Node refuses half way is the last on its connection', async () => {
  await using served = await serve(unsendable)
  const answers = await rawExchange(served.port, get('/trailer/a', 'keep-alive') + get('/health/live'))
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 500'])
})

test('middleware that refuses every head ends with a cut connection', async () => {
  await using served = await serve(unsendable)
  served.gateway.use((_request, response, next) => {
    response.writeHead = () => {
      throw new Error('not today')
    }
    next()
  })
  expect(await rawExchange(served.port, get('/reply/a'))).toBe('')
})
