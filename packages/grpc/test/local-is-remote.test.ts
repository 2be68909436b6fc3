import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { isHostError, Problem, type HostError } from '@modkit/core'
import { contractStatusOf } from '@modkit/core/spi'
import { describePlacements } from '@modkit/testing/jest'
import { GrpcHub } from '../src/index.js'
import { createEverything, createEverything_Inner, type Amount, type Probe } from './fixtures/probe.grpc.js'
import { rejection } from './deferred.js'
import { Probes } from './probe-host.js'
import { places, type ProbePlace } from './probe-places.js'
import { probeClient, ways } from './probe.js'

// One suite for every place in which an implementation may run: what its callers see is the same.

const everything = createEverything({
  text: 'żółw 🐢',
  bigNumber: -9_007_199_254_740_993n,
  unsigned: 18_446_744_073_709_551_615n,
  small: -7,
  ratio: 0.1,
  flag: true,
  blob: Buffer.from([0, 255, 7]),
  colour: 'COLOUR_RED',
  at: new Date('1969-07-20T20:17:40.123Z'),
  inner: createEverything_Inner({ name: 'in', rank: 0 }),
  inners: [createEverything_Inner({ name: 'a' }), createEverything_Inner({ rank: 2 })],
  counts: { a: 1n, b: -2n },
  named: { c: createEverything_Inner({ name: 'c' }) },
  note: '',
  tint: 'COLOUR_UNSPECIFIED',
  shape: 'circle',
  circle: createEverything_Inner({ name: 'round' }),
  moments: [new Date(0), new Date('2026-01-02T03:04:05.678Z')],
})

async function* amounts(...values: readonly bigint[]): AsyncGenerator<Amount> {
  for (const value of values) yield await Promise.resolve({ value })
}

async function valuesOf(stream: AsyncIterable<Amount>): Promise<readonly bigint[]> {
  const values: bigint[] = []
  for await (const { value } of stream) values.push(value)
  return values
}

/** What a caller can see of an error. */
function factsOf(error: unknown): object {
  const { name, code, message, hint, details, status, title, type, detail, errors, headers } = error as HostError &
    Problem
  const seen = { name, code, message, hint, details, status, title, type, detail, errors, headers }
  return { ...seen, isProblem: Problem.is(error), isHostError: isHostError(error), http: contractStatusOf(error) }
}

/** Resolves when the implementation has so many streams and waits open. */
async function openCalls(probe: Probe, wanted: bigint): Promise<void> {
  while ((await probe.open({})).value !== wanted);
}

const entry = new URL('./fixtures/probe-child.ts', import.meta.url)
const node = ['--conditions=modkit:source', '--import', 'tsx']

describePlacements(probeClient, { modules: [Probes, GrpcHub], entry, node }, (place) => {
  testProbe(() => place.client, { encodes: place.name !== 'local' })
})

describe.each(Object.entries(places))('an implementation %s', (_, create) => {
  let place: ProbePlace

  beforeAll(async () => {
    place = await create()
    // A process of TypeScript starts slowly on a machine that tests share.
  }, 120_000)

  afterAll(async () => place[Symbol.asyncDispose]())

  testProbe(() => place.probe, { encodes: true })
})

interface PlaceOfProbe {
  /** Whether messages are encoded on their way to it. */
  readonly encodes: boolean
}

function testProbe(find: () => Probe, { encodes }: PlaceOfProbe): void {
  let probe: Probe

  beforeAll(() => void (probe = find()))

  test('gets and gives messages as they are', async () => {
    await expect(probe.echo(everything)).resolves.toEqual(everything)
    const empty = createEverything({ shape: 'side', side: 0, blob: Buffer.alloc(0) })
    await expect(probe.echo(empty)).resolves.toEqual(empty)
    const least = createEverything({ blob: Buffer.alloc(0) })
    await expect(probe.echo(least)).resolves.toEqual(least)
    await expect(probe.nothing({})).resolves.toBeUndefined()
  })

  test('streams in both directions', async () => {
    await expect(valuesOf(probe.count({ value: 500n }))).resolves.toHaveLength(500)
    await expect(probe.sum(amounts(1n, 2n, 39n))).resolves.toEqual({ value: 42n })
    await expect(valuesOf(probe.double(amounts()))).resolves.toEqual([])
  })

  test('answers a stream while it is still being sent', async () => {
    const received: bigint[] = []
    async function* growing(): AsyncGenerator<Amount> {
      yield { value: 1n }
      // Each request is made of the response to the one before.
      for (let i = 1; i < 5; i++) yield { value: (await next()) + 1n }
    }
    let tell: (value: bigint) => void = () => undefined
    let heard = new Promise<bigint>((resolve) => (tell = resolve))
    const next = async (): Promise<bigint> => {
      const value = await heard
      heard = new Promise((resolve) => (tell = resolve))
      return value
    }
    for await (const { value } of probe.double(growing())) {
      received.push(value)
      tell(value)
    }
    expect(received).toEqual([2n, 6n, 14n, 30n, 62n])
  })

  test('is told when a reader stops early', async () => {
    for await (const { value } of probe.count({ value: 0n })) {
      if (value === 3n) break
    }
    await openCalls(probe, 0n)
  })

  test('sees requests end when a reader of the responses stops early', async () => {
    let isClosed = false
    async function* endless(): AsyncGenerator<Amount> {
      try {
        for (;;) yield await Promise.resolve({ value: 1n })
      } finally {
        isClosed = true
      }
    }
    for await (const { value } of probe.double(endless())) {
      expect(value).toBe(2n)
      break
    }
    await probe.open({})
    expect(isClosed).toBe(true)
  })

  test.each(['contract', 'host', 'problem'])('throws errors that arrive as they are: %s', async (way) => {
    const thrown = factsOf(ways[way]?.())
    const late = async (): Promise<unknown> => valuesOf(probe.failLate({ name: way }))
    for (const error of [await rejection(probe.fail({ name: way })), await rejection(late())]) {
      expect(factsOf(error)).toEqual(thrown)
    }
  })

  test('is not to blame for what the caller’s requests fail with', async () => {
    const broken = new Error('the source is dry')
    async function* failing(): AsyncGenerator<Amount> {
      yield await Promise.resolve({ value: 1n })
      throw broken
    }
    await expect(probe.sum(failing())).rejects.toBe(broken)
    await expect(valuesOf(probe.double(failing()))).rejects.toBe(broken)
  })

  test('hears of a caller that gives up, who gets the reason back', async () => {
    const controller = new AbortController()
    const reason = new Error('no longer needed')
    const waiting = rejection(probe.wait({}, { signal: controller.signal }))
    const reading = rejection(valuesOf(probe.count({ value: 0n }, { signal: controller.signal })))
    await openCalls(probe, 2n)
    controller.abort(reason)
    expect(await waiting).toBe(reason)
    expect(await reading).toBe(reason)
    await openCalls(probe, 0n)
    await expect(probe.wait({}, { signal: controller.signal })).rejects.toBe(reason)
    await expect(valuesOf(probe.count({ value: 0n }, { signal: controller.signal }))).rejects.toBe(reason)
  })

  test('tells a reader that gives up nothing more, whatever has come already', async () => {
    const controller = new AbortController()
    const reason = new Error('seen enough')
    const received: bigint[] = []
    const read = async (): Promise<void> => {
      for await (const { value } of probe.count({ value: 40n }, { signal: controller.signal })) {
        received.push(value)
        if (value !== 3n) continue
        for (let i = 0; i < 3; i++) await probe.open({})
        controller.abort(reason)
      }
    }
    expect(await rejection(read())).toBe(reason)
    expect(received).toEqual([1n, 2n, 3n])
    await openCalls(probe, 0n)
  })

  test('is waited for until the deadline, and knows it', async () => {
    const deadline = Date.now() + 60_000
    const { value } = await probe.remaining({}, { deadline })
    expect(value).toBeGreaterThan(0n)
    expect(value).toBeLessThanOrEqual(60_000n)
    const soon = { deadline: Date.now() + 150 }
    await expect(probe.wait({}, soon)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    await expect(valuesOf(probe.count({ value: 0n }, soon))).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    await openCalls(probe, 0n)
  })

  if (!encodes) return

  test('has ten seconds where the caller sets no deadline, and as long as it takes on request', async () => {
    const { value } = await probe.remaining({})
    expect(value).toBeGreaterThan(0n)
    expect(value).toBeLessThanOrEqual(10_000n)
    await expect(probe.remaining({}, { deadline: Infinity })).resolves.toEqual({ value: -1n })
  })

  test('keeps errors to itself that were not written for strangers', async () => {
    const error = await rejection(probe.fail({ name: 'plain' }))
    expect(error).toMatchObject({
      code: 'GRPC_CALL_FAILED',
      details: { status: 'INTERNAL', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) },
    })
    expect(JSON.stringify(factsOf(error))).not.toContain('1234')
  })

  test('is spared requests that do not fit their message', async () => {
    const misfit = { at: 'yesterday' } as never
    const expected = { code: 'GRPC_MESSAGE_INVALID', details: { path: '/probe.v1.Probe/Echo' } }
    await expect(probe.echo(misfit)).rejects.toMatchObject(expected)
  })
}
