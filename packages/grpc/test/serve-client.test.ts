import { once } from 'node:events'
import { status } from '@grpc/grpc-js'
import { defineErrors, HostError, Problem } from '@modkit/core'
import { describe, expect, jest, test } from '@jest/globals'
import { hostErrorOf, type CallOptions } from '../src/index.js'
import { CalculatorClient, valuesOf } from './calculator-client.js'
import { calculator, type Calculator } from './calculator.js'
import { deferred, reasonOf, rejection } from './deferred.js'
import { calculatorWith, createHub } from './hub-fixture.js'

/** A method that never answers, and tells what it was given. */
function hangingAdd() {
  const given = deferred<CallOptions>()
  const add = (_: unknown, options: CallOptions = {}): Promise<never> => {
    given.resolve(options)
    return new Promise(() => undefined)
  }
  return { add, given: given.promise }
}

/** A hub that serves a calculator, and a client of it. */
async function createPair(methods: Partial<Calculator> = {}) {
  const fixture = createHub({ services: [calculatorWith(methods)] })
  const client = new CalculatorClient(await fixture.start())
  return {
    ...fixture,
    client,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]()
      await fixture[Symbol.asyncDispose]()
    },
  }
}

describe('the four kinds of methods', () => {
  test('one request, one response, with integers beyond what a number holds', async () => {
    await using pair = await createPair()
    await expect(pair.client.add(['9007199254740993', '-1'])).resolves.toEqual({ value: '9007199254740992' })
  })

  test('a stream of responses', async () => {
    await using pair = await createPair()
    await expect(valuesOf(pair.client.raw.countTo({ highest: 4 }))).resolves.toEqual(['1', '2', '3', '4'])
  })

  test('a stream of requests', async () => {
    await using pair = await createPair()
    await expect(pair.client.sum(['1', '2', '3'])).resolves.toEqual({ value: '6' })
  })

  test('streams in both directions, each response before the next request', async () => {
    await using pair = await createPair()
    const call = pair.client.raw.runningSum()
    const answers = []
    for (const value of ['5', '6', '7']) {
      call.write({ value })
      const [answer] = (await once(call, 'data')) as [unknown]
      answers.push(answer)
    }
    call.end()
    await once(call, 'end')
    expect(answers).toEqual([{ value: '5' }, { value: '11' }, { value: '18' }])
  })

  test('a method that returns nothing answers with an empty message', async () => {
    await using pair = await createPair()
    await expect(pair.client.reset()).resolves.toEqual({})
  })

  test('requests arrive with defaults, enums by name and bytes', async () => {
    let received: unknown
    await using pair = await createPair({
      add: (request) => {
        received = request
        return Promise.resolve({ value: '0' })
      },
    })
    await pair.client.add([])
    expect(received).toEqual({ allValues: [], rounding: 'ROUNDING_UNSPECIFIED', note: Buffer.alloc(0) })
  })

  test('a method keeps its object', async () => {
    class Adder {
      readonly #offset = 100n
      add = calculator.add
      countTo = calculator.countTo
      runningSum = calculator.runningSum
      reset = calculator.reset
      sum(): Promise<{ value: string }> {
        return Promise.resolve({ value: this.#offset.toString() })
      }
    }
    const adder = new Adder()
    await using pair = await createPair({ sum: () => adder.sum() })
    await expect(pair.client.sum(['1'])).resolves.toEqual({ value: '100' })
  })

  test('a method that has read enough of a stream answers without the rest', async () => {
    await using pair = await createPair({
      async sum(requests) {
        for await (const first of requests) return first
        return { value: '0' }
      },
    })
    await expect(pair.client.sum(['8', '9'])).resolves.toEqual({ value: '8' })
  })

  test('ten thousand responses reach a slow reader, and no more are made than it can take', async () => {
    let made = 0
    await using pair = await createPair({
      async *countTo({ highest }) {
        for (; made < highest; made++) yield await Promise.resolve({ value: String(made) })
      },
    })
    const call = pair.client.raw.countTo({ highest: 10_000 })
    const [first] = (await once(call, 'data')) as [unknown]
    call.pause()
    expect(first).toEqual({ value: '0' })
    expect(made).toBeLessThan(10_000)
    await expect(valuesOf(call)).resolves.toHaveLength(9_999)
  })
})

describe('errors', () => {
  const errors = defineErrors({
    TOO_MANY: {
      status: 422,
      message: (d: { count: number }) => `${String(d.count)} numbers are too many.`,
      hint: 'Send fewer.',
    },
  })

  test('an error of a contract reaches the caller with its code, message, hint and details', async () => {
    await using pair = await createPair({ add: () => Promise.reject(errors.TOO_MANY({ count: 3 })) })
    const failure = await rejection(pair.client.add(['1']))
    expect(failure).toMatchObject({ code: status.INVALID_ARGUMENT, details: '3 numbers are too many.' })
    expect(hostErrorOf(failure)).toMatchObject({
      code: 'TOO_MANY',
      message: '3 numbers are too many.',
      hint: 'Send fewer.',
      details: { count: 3 },
    })
  })

  test('an error in the middle of a stream comes after what was sent before it', async () => {
    await using pair = await createPair({
      async *countTo() {
        yield await Promise.resolve({ value: '1' })
        throw errors.TOO_MANY({ count: 2 })
      },
    })
    const seen: unknown[] = []
    const call = pair.client.raw.countTo({ highest: 9 }).on('data', (total: unknown) => seen.push(total))
    const [failure] = (await once(call, 'error')) as [Error]
    expect(seen).toEqual([{ value: '1' }])
    expect(HostError.is(hostErrorOf(failure), 'TOO_MANY')).toBe(true)
  })

  test('a problem reaches the caller with the status that its HTTP status means', async () => {
    const problem = new Problem({ status: 404, title: 'No such number', detail: 'There is no number 7.' })
    await using pair = await createPair({ add: () => Promise.reject(problem) })
    const failure = await rejection(pair.client.add(['7']))
    expect(failure).toMatchObject({ code: status.NOT_FOUND, details: 'There is no number 7.' })
  })

  test.each([
    ['rejects', () => Promise.reject(new Error('password=secret'))],
    [
      'throws',
      () => {
        throw new Error('password=secret')
      },
    ],
    ['throws what is no error', () => Promise.reject('password=secret')],
  ])('a method that %s is INTERNAL to the caller, told to the log alone, and the hub serves on', async (_, add) => {
    await using pair = await createPair({ add })
    const failure = await rejection(pair.client.add(['1']))
    expect(failure).toMatchObject({ code: status.INTERNAL, details: 'Internal error.' })
    expect(JSON.stringify(failure)).not.toContain('secret')
    const logged = pair.lines.filter((line) => line.level === 'error')
    expect(logged).toEqual([
      {
        level: 'error',
        message: 'gRPC call failed',
        fields: expect.objectContaining({
          method: '/calculator.v1.Calculator/Add',
          owner: 'math',
          error: expect.stringContaining('password=secret'),
        }) as unknown,
      },
    ])
    await expect(pair.client.sum(['1'])).resolves.toEqual({ value: '1' })
  })

  test('a stream method that returns no iterable is INTERNAL', async () => {
    await using pair = await createPair({ countTo: () => 7 as unknown as AsyncIterable<never> })
    await expect(valuesOf(pair.client.raw.countTo({ highest: 1 }))).rejects.toMatchObject({ code: status.INTERNAL })
    expect(pair.lines.at(-1)?.fields).toMatchObject({
      error: expect.stringContaining('must be an iterable') as unknown,
    })
  })

  test('a response that does not fit its message is INTERNAL and logged', async () => {
    await using pair = await createPair({ add: () => Promise.resolve([] as unknown as { value: string }) })
    await expect(pair.client.add([])).rejects.toMatchObject({ code: status.INTERNAL })
    expect(pair.lines.at(-1)).toMatchObject({ level: 'error', message: 'gRPC response does not fit its message' })
  })

  test('an error whose text cannot stand in a header is cleaned, not fatal', async () => {
    const error = new Problem({ status: 400, title: `half a pair: \uD800 ${'x'.repeat(100_000)}` })
    await using pair = await createPair({ add: () => Promise.reject(error) })
    const failure = await rejection(pair.client.add([]))
    expect(failure).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining('half a pair: \uFFFD') as unknown,
    })
  })

  test('details that are too large for headers are left out; the code arrives', async () => {
    const large = defineErrors({ LARGE: { status: 400, message: 'Large.' } })
    await using pair = await createPair({ add: () => Promise.reject(large.LARGE({ text: 'x'.repeat(100_000) })) })
    expect(hostErrorOf(await rejection(pair.client.add([])))).toMatchObject({ code: 'LARGE', details: undefined })
  })
})

describe('cancellation and deadlines', () => {
  test('the signal of a method aborts when the caller gives up', async () => {
    const { add, given } = hangingAdd()
    await using pair = await createPair({ add })
    const call = pair.client.raw.add({ allValues: [] }, {}, () => undefined)
    const { signal } = await given
    call.cancel()
    await expect(reasonOf(signal)).resolves.toMatchObject({ code: 'CANCELLED' })
  })

  test('the deadline of the caller reaches the method, and its signal aborts when it passes', async () => {
    const { add, given } = hangingAdd()
    await using pair = await createPair({ add })
    await pair.client.reset()
    const wanted = Date.now() + 500
    await expect(pair.client.add([], { deadline: wanted })).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED })
    const { signal, deadline = 0 } = await given
    // The caller's cancellation and the method's own deadline race: either may be the first to say that time is up.
    await expect(reasonOf(signal)).resolves.toMatchObject({
      code: expect.stringMatching(/^(DEADLINE_EXCEEDED|CANCELLED)$/),
    })
    expect(Math.abs(deadline - wanted)).toBeLessThan(500)
  })

  test('a call without a deadline says so', async () => {
    const { add, given } = hangingAdd()
    await using pair = await createPair({ add })
    const call = pair.client.raw.add({ allValues: [] }, {}, () => undefined)
    expect((await given).deadline).toBeUndefined()
    call.cancel()
  })

  test('a signal is made for a method that looks at it, and for no other', async () => {
    await using pair = await createPair({ add: (_, options) => Promise.resolve({ value: String(options?.deadline) }) })
    const made = jest.spyOn(globalThis, 'AbortController')
    try {
      await pair.client.add([])
      expect(made).not.toHaveBeenCalled()
    } finally {
      made.mockRestore()
    }
  })

  test('a copy of the context has its signal', async () => {
    let copy: CallOptions = {}
    await using pair = await createPair({
      add: (_, options) => {
        copy = { ...options, deadline: 1 }
        return new Promise(() => undefined)
      },
    })
    await expect(pair.client.add([], { deadline: Date.now() + 100 })).rejects.toMatchObject({ code: 4 })
    await expect(reasonOf(copy.signal)).resolves.toMatchObject({ code: expect.any(String) as unknown })
  })

  test('the signal of a call that was answered does not abort afterwards', async () => {
    let signal: AbortSignal | undefined
    await using pair = await createPair({
      add: (_, options) => {
        signal = options?.signal
        return Promise.resolve({ value: '1' })
      },
    })
    await pair.client.add([])
    await pair.client.add([])
    expect(signal?.aborted).toBe(false)
  })

  test('a generator whose caller vanishes in the middle runs its finally, and the hub serves on', async () => {
    const released = deferred()
    await using pair = await createPair({
      async *countTo() {
        try {
          for (let i = 0; ; i++) yield await Promise.resolve({ value: String(i) })
        } finally {
          released.resolve()
        }
      },
    })
    const vanishing = new CalculatorClient(pair.hub.boundEndpoint() ?? '')
    const call = vanishing.raw.countTo({ highest: 1 }).on('error', () => undefined)
    await once(call, 'data')
    call.cancel()
    vanishing[Symbol.dispose]()
    await released.promise
    await expect(pair.client.add(['2'])).resolves.toEqual({ value: '2' })
    expect(pair.lines.filter((line) => line.level === 'error')).toEqual([])
  })

  test('a method that reads requests of a caller who vanishes gets the reason', async () => {
    const began = deferred<unknown>()
    const failed = deferred<unknown>()
    await using pair = await createPair({
      async sum(requests) {
        try {
          for await (const request of requests) began.resolve(request)
        } catch (error) {
          failed.resolve(error)
        }
        return { value: '0' }
      },
    })
    const call = pair.client.raw.sum(() => undefined)
    call.write({ value: '1' })
    await began.promise
    call.cancel()
    await expect(failed.promise).resolves.toMatchObject({ code: 'CANCELLED' })
  })
})
