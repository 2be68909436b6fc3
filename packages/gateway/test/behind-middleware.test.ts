import { describe, expect, test } from '@jest/globals'
import { reply, type RestApi } from '@modkit/core'
import type { RequestHandler } from 'express'
import * as z from 'zod'
import { RawClient } from './support/raw-client.js'
import { rawExchange } from './support/raw-exchange.js'
import { recordingLogger, restModule, serve } from './support/serve.js'

const Payment = z.object({ amount: z.coerce.number() })

/** Payments come as forms: of a form a part is a form, too. */
const payments =
  (handled: unknown[]) =>
  (rest: RestApi): void => {
    rest
      .post('/payments')
      .public()
      .body(Payment, { contentType: ['application/x-www-form-urlencoded'] })
      .response(200, Payment)
      .handle(({ body }) => {
        handled.push(body)
        return body
      })
  }

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Begins a payment and resolves once it waits for its body behind `handler`. */
async function beginPayment(handler: RequestHandler) {
  const handled: unknown[] = []
  const { logger, lines } = recordingLogger()
  const served = await serve({ modules: [restModule('payments', payments(handled))], logger })
  let reached: () => void = () => undefined
  const isReached = new Promise<void>((resolve) => (reached = resolve))
  served.gateway.use((_request, _response, next) => {
    reached()
    next()
  }, handler)
  const client = new RawClient(served.port, 'POST /payments HTTP/1.1', [
    'host: a',
    'content-type: application/x-www-form-urlencoded',
    'content-length: 10',
  ])
  await isReached
  // Express leaves a router in the loop's next turn.
  await nextTurn()
  await nextTurn()
  return {
    handled,
    lines,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy()
      await served[Symbol.asyncDispose]()
    },
  }
}

describe('a body', () => {
  test('reaches middleware that listens to it, and the handler', async () => {
    const seen: string[] = []
    await using payment = await beginPayment((request, _response, next) => {
      request.on('data', (chunk: Buffer) => seen.push(chunk.toString()))
      next()
    })
    payment.client.send('amount=100')
    await payment.client.until('}')
    expect([seen.join(''), payment.client.body]).toEqual(['amount=100', '{"amount":100}'])
  })

  test('is handled as a whole or not at all, where middleware answers before it has come', async () => {
    let answer: () => void = () => undefined
    await using payment = await beginPayment((_request, response, next) => {
      answer = () => response.status(503).end('too slow')
      next()
    })
    payment.client.send('amount=1')
    await nextTurn()
    answer()
    await payment.client.until('too slow')
    payment.client.send('00GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n')
    await payment.client.until('HTTP/1.1 200')
    expect(payment.handled).toEqual([])
  })

  test('that middleware has read in part or as a whole, and has not left behind, is said to be gone', async () => {
    await using payment = await beginPayment((request, _response, next) => {
      request.once('data', () => next())
    })
    payment.client.send('amount=')
    await nextTurn()
    payment.client.send('100')
    await payment.client.until('INTERNAL')
    expect(payment.handled).toEqual([])
    const failure = payment.lines.find(({ message }) => message === 'request failed')
    expect(failure?.fields['error']).toMatchObject({ message: expect.stringContaining('request.body') })
  })
})

test('bytes that middleware has listened to are not handed over without their beginning', async () => {
  const stored: string[] = []
  await using served = await serve((rest) => {
    rest
      .post('/files')
      .public()
      .bytes('text/plain')
      .response(204)
      .handle(async ({ body }) => void stored.push(await body.text()))
  })
  let counted: () => void = () => undefined
  const isCounted = new Promise<void>((resolve) => (counted = resolve))
  served.gateway.use((request, _response, next) => {
    request.on('data', counted)
    next()
  })
  const headers = ['host: a', 'content-type: text/plain', 'content-length: 10', '', 'first']
  using client = new RawClient(served.port, ['POST /files HTTP/1.1', ...headers].join('\r\n'), [])
  await isCounted
  await client.until('INTERNAL_ERROR')
  expect(stored).toEqual([])
})

test('middleware sees all pairs of a query, however many there are', async () => {
  await using served = await serve(() => undefined)
  served.gateway.use((request, response) => void response.json([request.query['n']].flat().length))
  const response = await served.fetch(`/?${'n=1&'.repeat(1_500)}`)
  expect(await response.json()).toBe(1_500)
})

test('middleware that holds back the end of an answer holds back all of it', async () => {
  await using served = await serve((rest) => {
    rest
      .get('/late')
      .public()
      .response(200, Payment)
      .handle(() => ({ amount: 1 }))
  })
  let hold: (end: () => void) => void = () => undefined
  const isHeld = new Promise<() => void>((resolve) => (hold = resolve))
  served.gateway.use((_request, response, next) => {
    const end = response.end.bind(response) as (...given: unknown[]) => typeof response
    response.end = (...given: unknown[]) => {
      hold(() => void end(...given))
      return response
    }
    next()
  })
  using client = new RawClient(served.port, 'GET /late HTTP/1.1')
  const end = await isHeld
  await nextTurn()
  await nextTurn()
  expect(client.text).toBe('')
  end()
  await client.until('{"amount":1}')
})

describe('headers that say something besides', () => {
  const login = (rest: RestApi): void =>
    rest
      .get('/login')
      .public()
      .response(204)
      .handle(() => reply(204, undefined, { 'set-cookie': ['session=1; HttpOnly', 'csrf=2'], Vary: 'Cookie' }))
  const cors = { cors_enabled: true, cors: { allowed_origins: ['https://a.example'] } }
  const request = 'GET /login HTTP/1.1\r\nhost: a\r\norigin: https://a.example\r\nconnection: close\r\n\r\n'

  /** Of a request behind `handler`, if there is one: the cookies, and the names by which its answer varies. */
  async function loggedIn(handler?: RequestHandler): Promise<{ cookies: string[]; vary: string[] }> {
    await using served = await serve({ modules: [restModule('users', login)], config: cors })
    if (handler) served.gateway.use(handler)
    const lines = (await rawExchange(served.port, request)).split('\r\n')
    const of = (name: string) => lines.flatMap((line) => new RegExp(`^${name}: (.*)`, 'i').exec(line)?.[1] ?? [])
    return { cookies: of('set-cookie'), vary: of('vary').join(', ').split(', ') }
  }

  const own = { cookies: ['session=1; HttpOnly', 'csrf=2'], vary: ['Origin', 'Cookie'] }

  test('are all sent without middleware', async () => {
    expect(await loggedIn()).toEqual(own)
  })

  test('are all sent behind middleware, each once', async () => {
    expect(await loggedIn((_request, _response, next) => next())).toEqual(own)
  })

  test('are sent beside those of middleware', async () => {
    const answered = await loggedIn((_request, response, next) => {
      response.vary('Accept-Encoding').vary('cookie').cookie('seen', '1')
      next()
    })
    expect(answered).toEqual({
      cookies: ['seen=1; Path=/', ...own.cookies],
      vary: ['Origin', 'Accept-Encoding', 'cookie'],
    })
  })

  test('are sent beside those of middleware that puts itself in between', async () => {
    const answered = await loggedIn((_request, response, next) => {
      const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => typeof response
      response.writeHead = (...given: unknown[]) => writeHead(...given)
      response.append('set-cookie', 'seen=1')
      next()
    })
    expect(answered).toEqual({ cookies: ['seen=1', ...own.cookies], vary: own.vary })
  })
})
