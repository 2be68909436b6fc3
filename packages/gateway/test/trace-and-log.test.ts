import { describe, expect, test } from '@jest/globals'
import type { RestApi } from '@modkit/core'
import express from 'express'
import * as z from 'zod'
import { rawExchange } from './support/raw-exchange.js'
import { recordingLogger, restModule, serve, type LogLine } from './support/serve.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`

const tell = (rest: RestApi): void =>
  rest
    .get('/told/{id}')
    .public()
    .response(200, z.any())
    .handle(({ traceparent }) => ({ traceparent }))

async function toldWith(headers: Record<string, string>) {
  await using served = await serve(tell)
  const response = await served.fetch('/told/1', { headers })
  const { traceparent } = (await response.json()) as { traceparent: string }
  return { response, traceparent }
}

describe('the trace of a request', () => {
  test('is the client’s, with a span of its own, for the handler and in the answer', async () => {
    const { response, traceparent } = await toldWith({ traceparent: PARENT })
    expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`))
    expect(traceparent).not.toBe(PARENT)
    expect(response.headers.get('traceresponse')).toBe(traceparent)
  })

  test('begins here where the client has none, and bears the id of the request', async () => {
    const { response, traceparent } = await toldWith({})
    const requestId = response.headers.get('x-request-id')?.replaceAll('-', '') ?? ''
    expect(traceparent).toMatch(new RegExp(`^00-${requestId}-[0-9a-f]{16}-00$`))
    expect(response.headers.get('traceresponse')).toBeNull()
  })

  test('that is of a later version may have more fields', async () => {
    expect((await toldWith({ traceparent: `cc-${TRACE}-00f067aa0ba902b7-01-more` })).traceparent).toContain(TRACE)
  })

  test.each([
    ['a forbidden version', `ff-${TRACE}-00f067aa0ba902b7-01`],
    ['more fields than its version has', `${PARENT}-more`],
    ['no trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capital letters', PARENT.toUpperCase()],
    ['anything else', '<script>'],
  ])('is a new one for %s', async (_, given) => {
    const { response, traceparent } = await toldWith({ traceparent: given })
    expect(traceparent).not.toContain(TRACE)
    expect(response.headers.get('traceresponse')).toBeNull()
  })

  test('is what a problem and the log call it by', async () => {
    const { logger, lines } = recordingLogger()
    const failing = restModule('users', (rest) =>
      rest
        .get('/fail')
        .public()
        .response(204)
        .handle(() => {
          throw new Error('broken')
        }),
    )
    await using served = await serve({ logger, modules: [failing] })
    const response = await served.fetch('/fail', { headers: { 'x-request-id': 'r-1' } })
    const { traceId } = (await response.json()) as { traceId: string }
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(lines.find(({ level }) => level === 'error')?.fields).toMatchObject({ traceId, requestId: 'r-1' })
  })
})

describe('the log of accesses', () => {
  async function accessesOf(paths: readonly string[], config = {}): Promise<LogLine[]> {
    const { logger, lines } = recordingLogger()
    const mounting = restModule('files', (rest) => {
      tell(rest)
      rest.mount(
        '/files',
        express.Router().get('/a', (_, response) => void response.status(202).end()),
      )
    })
    const served = await serve({ logger, modules: [mounting], config })
    for (const path of paths) await (await served.fetch(path)).text()
    await served.host.stop()
    return lines.filter(({ message }) => message === 'request')
  }

  test('has a line for every request, without its query', async () => {
    const [line, ...others] = await accessesOf(['/told/7?token=secret'])
    expect(others).toEqual([])
    expect(line?.level).toBe('info')
    expect(line?.fields).toEqual({
      method: 'GET',
      path: '/told/7',
      status: 200,
      durationMs: expect.any(Number),
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      client: '127.0.0.1',
      route: 'GET /told/{id}',
      module: 'files',
    })
  })

  test('has mounts, unknown paths and, as details, probes', async () => {
    const lines = await accessesOf(['/files/a', '/none', '/health/live'])
    expect(lines.map(({ level, fields }) => [level, fields['path'], fields['status']])).toEqual([
      ['info', '/files/a', 202],
      ['info', '/none', 404],
      ['debug', '/health/live', 200],
    ])
  })

  test('has one line for a request that passes through middleware', async () => {
    const { logger, lines } = recordingLogger()
    const served = await serve({ logger, modules: [restModule('users', tell)] })
    served.gateway.use((_request, _response, next) => next())
    await (await served.fetch('/told/1')).text()
    await served.host.stop()
    expect(lines.filter(({ message }) => message === 'request')).toHaveLength(1)
  })

  test('can be switched off', async () => {
    expect(await accessesOf(['/told/7'], { access_log: false })).toEqual([])
  })

  test('says that a client left before it had its answer', async () => {
    const { logger, lines } = recordingLogger()
    let begin: (signal: AbortSignal) => void = () => undefined
    const begun = new Promise<AbortSignal>((resolve) => {
      begin = resolve
    })
    const slow = restModule('slow', (rest) =>
      rest
        .get('/slow')
        .public()
        .response(204)
        .handle(async ({ signal }) => {
          begin(signal)
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        }),
    )
    await using served = await serve({ logger, modules: [slow] })
    const leaving = new AbortController()
    const asked = served.fetch('/slow', { signal: leaving.signal }).catch(() => undefined)
    const signal = await begun
    leaving.abort()
    await asked
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    const line = lines.find(({ message }) => message === 'request')
    expect(line?.fields).toMatchObject({
      path: '/slow',
      client: '127.0.0.1',
      aborted: true,
      status: undefined,
    })
  })
})

describe('the address of a client', () => {
  const whoAmI = (rest: RestApi): void =>
    rest
      .get('/me')
      .public()
      .response(200, z.string())
      .handle(({ clientAddress }) => clientAddress)

  async function seenAs(trusted: number, forwarded: string): Promise<unknown> {
    await using served = await serve({
      modules: [restModule('me', whoAmI)],
      config: { trusted_proxies: trusted },
    })
    const head = `GET /me HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-forwarded-for: ${forwarded}\r\n\r\n`
    return JSON.parse((await rawExchange(served.port, head)).split('\r\n\r\n')[1] ?? '')
  }

  test.each([
    [0, '1.1.1.1', '127.0.0.1'],
    [1, '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    [2, '6.6.6.6, 1.1.1.1, 10.0.0.1', '1.1.1.1'],
    [2, '1.1.1.1', '1.1.1.1'],
    [1, 'nonsense', '127.0.0.1'],
    [1, '::ffff:1.1.1.1', '1.1.1.1'],
    [1, '6.6.6.6:80, 1.1.1.1:40123', '1.1.1.1'],
    [1, '[2001:db8::1]:443', '2001:db8::1'],
    [1, '[2001:db8::1]', '2001:db8::1'],
    [1, '2001:db8::1', '2001:db8::1'],
    [1, '2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    [1, '::FFFF:1.2.3.4', '1.2.3.4'],
    [1, '::ffff:102:304', '1.2.3.4'],
    [1, '[0:0:0:0:0:ffff:1.2.3.4]:80', '1.2.3.4'],
    [1, '::ffff:0.0.0.1', '0.0.0.1'],
    [1, 'fe80::1%eth0', 'fe80::1'],
    [1, '', '127.0.0.1'],
    [1, '[1.1.1.1', '127.0.0.1'],
    [1, '1.1.1.1:port', '127.0.0.1'],
  ])('behind %d proxies that say %j is %j', async (trusted, forwarded, address) => {
    expect(await seenAs(trusted, forwarded)).toBe(address)
  })
})
