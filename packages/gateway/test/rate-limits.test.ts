import { describe, expect, test } from '@jest/globals'
import type { RateLimit } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import * as z from 'zod'
import type { GatewayConfig } from '../src/index.js'
import { clockedGateway } from './support/clocked-gateway.js'
import { restModule, serve } from './support/serve.js'

interface Limited {
  readonly limit?: RateLimit
  readonly config?: GatewayConfig
}

async function limited({ limit, config = {} }: Limited) {
  const clock = new FakeClock()
  const things = restModule('things', (rest) => {
    const begun = rest
      .post('/things')
      .public()
      .body(z.object({ name: z.string() }))
      .response(200, z.any())
    if (limit) begun.rateLimit(limit).handle(({ body }) => body)
    else begun.handle(({ body }) => body)
    rest
      .get('/free')
      .public()
      .response(204)
      .handle(() => undefined)
  })
  const served = await serve({ modules: [things], host: { clock }, config })
  const post = (headers = {}) => served.send('POST /things', { name: 'a' }, headers)
  return { served, clock, post, [Symbol.asyncDispose]: () => served[Symbol.asyncDispose]() }
}

describe('requests that come too fast', () => {
  test('get 429 with the time to wait, on the response, and pass again after it', async () => {
    await using things = await limited({ limit: { rps: 0.5, burst: 2 } })
    const answers = [await things.post(), await things.post(), await things.post()]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['1', '0', '0'])
    const refused = answers[2]
    expect(Object.fromEntries(refused?.headers ?? [])).toMatchObject({
      'content-type': 'application/problem+json',
      'ratelimit-policy': '"operation";q=2;w=4',
      'ratelimit-limit': '2',
      'ratelimit-reset': '4',
      'retry-after': '2',
    })
    expect(await refused?.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
    await things.clock.advance(2_000)
    expect((await things.post()).status).toBe(200)
    expect((await things.post()).status).toBe(429)
  })

  test('leave other operations alone', async () => {
    await using things = await limited({ limit: { rps: 1, burst: 1 } })
    await things.post()
    expect((await things.post()).status).toBe(429)
    expect((await things.served.fetch('/free')).status).toBe(204)
  })

  test('are limited by the configuration where the operation says nothing', async () => {
    await using things = await limited({ config: { defaults: { rate_limit: { rps: 1, burst: 1 } } } })
    expect([(await things.post()).status, (await things.post()).status]).toEqual([200, 429])
    expect((await things.served.fetch('/health/live')).headers.get('ratelimit-limit')).toBeNull()
  })

  test('cost nothing where the body is of the wrong type, and the answer bears CORS and the id', async () => {
    await using things = await limited({ limit: { rps: 1, burst: 1 }, config: { cors_enabled: true } })
    const headers = { 'content-type': 'text/plain', 'x-request-id': 'mine', origin: 'https://app.example' }
    const wrong = await things.post(headers)
    expect(wrong.status).toBe(415)
    expect(wrong.headers.get('x-request-id')).toBe('mine')
    expect(wrong.headers.get('access-control-allow-origin')).toBe('*')
    expect([(await things.post()).status, (await things.post()).status]).toEqual([200, 429])
  })

  test('are counted for each client by itself where the operation says so', async () => {
    await using things = await limited({
      limit: { rps: 1, burst: 1, by: 'client' },
      config: { trusted_proxies: 1 },
    })
    const from = (address: string) => things.post({ 'x-forwarded-for': address })
    expect((await from('1.1.1.1')).status).toBe(200)
    expect((await from('1.1.1.1')).status).toBe(429)
    expect((await from('2.2.2.2')).status).toBe(200)
    // One customer has a network of 64 bits.
    expect((await from('2001:db8::1')).status).toBe(200)
    expect((await from('2001:db8:0:0:ffff::2')).status).toBe(429)
    expect((await from('2001:db8:0:1::1')).status).toBe(200)
  })

  test('are counted for a client by its address, however that is written', async () => {
    await using things = await limited({
      limit: { rps: 1, burst: 1, by: 'client' },
      config: { trusted_proxies: 1 },
    })
    const statusFrom = async (address: string) => (await things.post({ 'x-forwarded-for': address })).status
    expect(await statusFrom('::FFFF:1.2.3.4')).toBe(200)
    expect(await statusFrom('::ffff:102:304')).toBe(429)
    expect(await statusFrom('1.2.3.4')).toBe(429)
    expect(await statusFrom('::FFFF:5.6.7.8')).toBe(200)
    expect(await statusFrom('2001:db8::1')).toBe(200)
    expect(await statusFrom('2001:0DB8::1')).toBe(429)
  })
})

describe('requests that are too many at once', () => {
  test('get 503, cost no token, and pass once another has its answer', async () => {
    const waiting: (() => void)[] = []
    let arrived: () => void = () => undefined
    const slow = restModule('slow', (rest) =>
      rest
        .get('/slow')
        .public()
        .response(204)
        .rateLimit({ inFlight: 1, rps: 100 })
        .handle(
          () =>
            new Promise<void>((resolve) => {
              waiting.push(resolve)
              arrived()
            }),
        ),
    )
    await using served = await serve({ modules: [slow] })
    const begun = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const first = served.fetch('/slow')
    await begun
    const second = await served.fetch('/slow')
    expect(second.status).toBe(503)
    expect(second.headers.get('retry-after')).toBe('1')
    expect(await second.json()).toMatchObject({ code: 'TOO_MANY_IN_FLIGHT' })
    waiting.forEach((end) => end())
    expect((await first).headers.get('ratelimit-remaining')).toBe('99')
    const third = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const last = served.fetch('/slow')
    await third
    waiting.forEach((end) => end())
    expect((await last).status).toBe(204)
  })

  test('count a handler that works on although its client has left, or its time is over', async () => {
    const waiting: (() => void)[] = []
    const work = restModule('work', (rest) =>
      rest
        .get('/work')
        .public()
        .timeout(10)
        .response(204)
        .rateLimit({ inFlight: 2 })
        .handle(() => new Promise<void>((resolve) => void waiting.push(resolve))),
    )
    const clock = new FakeClock()
    await using served = await serve({ modules: [work], gateway: clockedGateway(clock) })
    const entered = async (count: number): Promise<void> => {
      while (waiting.length < count) await new Promise((resolve) => setImmediate(resolve))
    }
    const late = served.fetch('/work')
    await entered(1)
    await clock.advance(10)
    expect((await late).status).toBe(504)
    const leaving = new AbortController()
    const left = served.fetch('/work', { signal: leaving.signal })
    await entered(2)
    leaving.abort()
    await expect(left).rejects.toThrow()
    expect((await served.fetch('/work')).status).toBe(503)
    waiting[0]?.()
    const next = served.fetch('/work')
    await entered(3)
    await clock.advance(10)
    expect((await next).status).toBe(504)
    expect((await served.fetch('/work')).status).toBe(503)
  })

  test('do not count those whose clients left while middleware held them', async () => {
    let passed: () => void = () => undefined
    const isPassed = new Promise<void>((resolve) => (passed = resolve))
    const quick = restModule('quick', (rest) =>
      rest
        .get('/quick')
        .public()
        .response(204)
        .rateLimit({ inFlight: 1 })
        .handle(() => undefined),
    )
    await using served = await serve({ modules: [quick] })
    served.gateway.use((request, response, next) => {
      if (request.query['hold'] === undefined) {
        next()
        return
      }
      response.once('close', () => {
        next()
        passed()
      })
      request.socket.destroy()
    })
    await expect(served.fetch('/quick?hold')).rejects.toThrow()
    await isPassed
    expect((await served.fetch('/quick')).status).toBe(204)
    expect((await served.fetch('/quick')).status).toBe(204)
  })
})
