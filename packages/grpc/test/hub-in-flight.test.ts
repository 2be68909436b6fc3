import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, constants, type ClientHttp2Session } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import { fileURLToPath } from 'node:url'
import { status } from '@grpc/grpc-js'
import { describe, expect, test } from '@jest/globals'
import { dialTarget } from '../src/index.js'
import { CalculatorClient, valuesOf } from './calculator-client.js'
import { deferred, rejection } from './deferred.js'
import { calculatorWith, createHub } from './hub-fixture.js'
import { createWire } from './wire.js'

const noDeadline = (): AbortSignal => new AbortController().signal

/** A calculator each of whose methods begins, tells so, and goes on when it is told to. */
function gatedCalculator() {
  const begun: string[] = []
  const goOn = deferred()
  const allBegun = deferred()
  const begin = (method: string): Promise<void> => {
    begun.push(method)
    if (begun.length === 4) allBegun.resolve()
    return goOn.promise
  }
  const service = calculatorWith({
    async add() {
      await begin('add')
      return { value: '1' }
    },
    async *countTo() {
      yield { value: '1' }
      await begin('countTo')
      yield { value: '2' }
    },
    async sum(requests) {
      let sum = 0
      let isFirst = true
      for await (const { value } of requests) {
        sum += Number(value)
        if (isFirst) await begin('sum')
        isFirst = false
      }
      return { value: String(sum) }
    },
    async *runningSum(requests) {
      let isFirst = true
      for await (const { value } of requests) {
        yield { value }
        if (isFirst) await begin('runningSum')
        isFirst = false
      }
    },
  })
  return { service, allBegun: allBegun.promise, goOn: goOn.resolve }
}

/** A call of each kind, half done. */
function fourCalls(client: CalculatorClient) {
  const sum = deferred<unknown>()
  const upload = client.raw.sum((error, value) => sum.resolve(error ?? value))
  upload.write({ value: '1' })
  const duplex = client.raw.runningSum()
  duplex.write({ value: '1' })
  const outcomes = [
    client.add([]),
    valuesOf(client.raw.countTo({ highest: 0 })),
    sum.promise,
    valuesOf(duplex),
  ] as const
  const rest = (): void => {
    for (const call of [upload, duplex]) {
      call.write({ value: '2' })
      call.end()
    }
  }
  return { outcomes, rest }
}

describe('a drain', () => {
  test('lets calls of all four kinds end, in both directions', async () => {
    const gated = gatedCalculator()
    const fixture = createHub({ services: [gated.service] })
    using client = new CalculatorClient(await fixture.start())
    const { outcomes, rest } = fourCalls(client)
    await gated.allBegun
    const drained = fixture.hub.drain(noDeadline())
    rest()
    gated.goOn()
    expect(await Promise.all(outcomes)).toEqual([{ value: '1' }, ['1', '2'], { value: '3' }, ['1', '2']])
    await drained
    await fixture.hub.stop(noDeadline())
    expect(fixture.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
  })

  test('ends calls of all four kinds at its deadline, with the same status', async () => {
    const gated = gatedCalculator()
    const fixture = createHub({ services: [gated.service] })
    using client = new CalculatorClient(await fixture.start())
    const { outcomes } = fourCalls(client)
    const settled = Promise.allSettled(outcomes)
    await gated.allBegun
    const deadline = new AbortController()
    const drained = fixture.hub.drain(deadline.signal)
    deadline.abort()
    await drained
    const gone = { code: status.UNAVAILABLE, details: 'The server is shutting down.' }
    const reasons = (await settled).map((one) => (one.status === 'rejected' ? (one.reason as unknown) : one.value))
    expect(reasons).toMatchObject([gone, gone, gone, gone])
    gated.goOn()
  })

  test('tells clients to go elsewhere', async () => {
    const gated = gatedCalculator()
    const fixture = createHub({ services: [gated.service] })
    const session = connect(await fixture.start())
    const call = openCall(session)
    call.resume()
    await once(call, 'response')
    const goaway = once(session, 'goaway')
    const drained = fixture.hub.drain(noDeadline())
    const [code] = (await goaway) as [number]
    expect(code).toBe(constants.NGHTTP2_NO_ERROR)
    gated.goOn()
    await drained
  })

  test('of a hub that still binds serialises with it, however often', async () => {
    for (let round = 0; round < 5; round++) {
      const fixture = createHub({ config: { listen_addr: 'localhost:0' } })
      const started = fixture.start().catch((error: unknown) => error)
      if (round % 2 === 1) await new Promise((resolve) => setImmediate(resolve))
      await Promise.all([fixture.hub.drain(noDeadline()), fixture.hub.stop(noDeadline())])
      const outcome = await started
      if (typeof outcome !== 'string') expect(outcome).toMatchObject({ code: 'CANCELLED' })
      expect(fixture.hub.boundEndpoint()).toBeUndefined()
    }
  })
})

describe('a client that vanishes in the midst of its calls', () => {
  test('killed, it neither holds up a drain nor leaves methods running', async () => {
    const ended = [deferred(), deferred()]
    const begun = deferred()
    let begunCount = 0
    const held = async function* (index: number): AsyncGenerator<{ value: string }> {
      try {
        for (let value = 0; ; value++) {
          yield await Promise.resolve({ value: String(value) })
          if (value === 0 && ++begunCount === 2) begun.resolve()
        }
      } finally {
        ended[index]?.resolve()
      }
    }
    const service = calculatorWith({ countTo: () => held(0), runningSum: () => held(1) })
    const fixture = createHub({ services: [service] })
    const program = fileURLToPath(new URL('./fixtures/vanishing-client.mjs', import.meta.url))
    const child = spawn(process.execPath, [program, await fixture.start()], { stdio: ['ignore', 'inherit', 'inherit'] })
    await begun.promise
    child.kill('SIGKILL')
    await Promise.all(ended.map(({ promise }) => promise))
    await fixture.hub.drain(noDeadline())
    expect(fixture.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('silent, it is gone when it has left a ping unanswered, and its methods hear of it', async () => {
    const ended = deferred()
    const service = calculatorWith({
      async *countTo(_, options) {
        try {
          yield { value: '1' }
          await new Promise((resolve) => options?.signal?.addEventListener('abort', resolve))
          options?.signal?.throwIfAborted()
        } finally {
          ended.resolve()
        }
      },
    })
    const keepalive = { interval: '100ms', timeout: '100ms' }
    const fixture = createHub({ services: [service], config: { keepalive } })
    await using wire = await createWire(await fixture.start())
    const session = connect(wire.endpoint).on('error', () => undefined)
    const call = openCall(session)
    await once(call, 'data')
    wire.hang()
    await ended.promise
    await fixture.hub.drain(noDeadline())
    session.destroy()
  })
})

describe('a connection', () => {
  test('without calls is asked to end after a while', async () => {
    await using fixture = createHub({
      services: [calculatorWith()],
      config: { limits: { max_connection_idle: '50ms' } },
    })
    const session = connect(await fixture.start())
    await once(session, 'close')
  })

  test('is asked to end at its age, after which its calls have a while', async () => {
    const gated = gatedCalculator()
    await using fixture = createHub({
      services: [gated.service],
      config: { limits: { max_connection_age: '100ms', max_connection_age_grace: '200ms' } },
    })
    using client = new CalculatorClient(await fixture.start())
    const cut = await rejection(valuesOf(client.raw.countTo({ highest: 0 })))
    expect(cut).toMatchObject({ code: expect.any(Number) as unknown })
    // The next one has a connection of its own.
    gated.goOn()
    await expect(client.add([])).resolves.toEqual({ value: '1' })
  })

  test('on which nothing is ever said is cut by the first ping', async () => {
    const keepalive = { interval: '50ms', timeout: '50ms' }
    await using fixture = createHub({ config: { keepalive } })
    const socket = connectTcp(Number(dialTarget(await fixture.start()).split(':')[1]), '127.0.0.1')
    socket.on('error', () => undefined).resume()
    await new Promise((resolve) => socket.once('close', resolve))
  })
})

function openCall(session: ClientHttp2Session) {
  const call = session.request({
    ':method': 'POST',
    ':path': '/calculator.v1.Calculator/CountTo',
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  call.on('error', () => undefined)
  call.end(Buffer.alloc(5))
  return call
}
