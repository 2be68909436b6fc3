import { Metadata, status } from '@grpc/grpc-js'
import { currentSecurity, Problem, type Authenticator, type SecurityContext } from '@modkit/core'
import { currentRequest, frozenSecurity, runWithRequest, type RequestContext } from '@modkit/core/spi'
import { describe, expect, test } from '@jest/globals'
import { outgoingContext } from '../src/propagation/call-context-metadata.js'
import type { CallContext } from '../src/index.js'
import { CalculatorClient, valuesOf } from './calculator-client.js'
import { deferred, reasonOf } from './deferred.js'
import { calculatorWith, createHub, type HubFixture, type HubFixtureOptions } from './hub-fixture.js'

const ada = frozenSecurity({ subject: 'ada', scopes: ['add'] })
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** A hub whose calculator notes on whose behalf it runs, in every kind of method, also after it has waited. */
function observedHub(options: HubFixtureOptions = {}) {
  const seen: (RequestContext | undefined)[] = []
  const contexts: (SecurityContext | undefined)[] = []
  const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const note = async (context: unknown): Promise<void> => {
    await nextTurn()
    seen.push(currentRequest())
    contexts.push((context as CallContext).security)
  }
  const service = calculatorWith({
    async add(_, context) {
      await note(context)
      return { value: '1' }
    },
    async *countTo(_, context) {
      yield { value: '1' }
      await note(context)
    },
    async sum(requests, context) {
      for await (const _ of requests) await nextTurn()
      await note(context)
      return { value: '1' }
    },
    async *runningSum(requests, context) {
      for await (const { value } of requests) yield { value }
      await note(context)
    },
  })
  return { ...createHub({ services: [service], ...options }), seen, contexts }
}

/** The metadata of a call that is made on behalf of a request in the process of a hub. */
function vouchedBy({ hub }: Pick<HubFixture, 'hub'>, facts: RequestContext): Metadata {
  const metadata = new Metadata()
  runWithRequest(facts, () => outgoingContext(metadata, hub.vouching))
  return metadata
}

function bearer(token: string, ...more: string[]): Metadata {
  const metadata = new Metadata()
  for (const one of [token, ...more]) metadata.add('authorization', `Bearer ${one}`)
  return metadata
}

/** Knows Ada by her token. */
const byToken: Authenticator = {
  authenticate: ({ headers }) => (headers.authorization === 'Bearer ada' ? ada : null),
}

function add(client: CalculatorClient, metadata: Metadata): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client.raw.add({ allValues: [] }, metadata, (error, value) => (error ? reject(error) : resolve(value)))
  })
}

describe('a caller that the host vouches for, and the trace', () => {
  test('reach the methods of all four kinds', async () => {
    await using fixture = observedHub()
    using client = new CalculatorClient(await fixture.start())
    const metadata = vouchedBy(fixture, { security: ada, traceparent })
    await add(client, metadata)
    await valuesOf(client.raw.countTo({ highest: 1 }, metadata))
    const summed = new Promise((resolve) => client.raw.sum(metadata, (_, value) => resolve(value)).end())
    await summed
    const duplex = client.raw.runningSum(metadata)
    duplex.end({ value: '1' })
    await valuesOf(duplex)
    expect(fixture.seen).toHaveLength(4)
    for (const request of fixture.seen) {
      expect(request).toMatchObject({ security: ada })
      expect(request?.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)\w{16}-01$/)
    }
    expect(fixture.contexts).toEqual([ada, ada, ada, ada])
  })

  test('are nobody and nothing where a call brings none', async () => {
    await using fixture = observedHub()
    using client = new CalculatorClient(await fixture.start())
    await client.add([])
    expect(fixture.seen).toEqual([undefined])
    expect(fixture.contexts).toEqual([undefined])
  })

  test('cannot be made up', async () => {
    await using fixture = observedHub()
    await using neighbour = observedHub()
    using client = new CalculatorClient(await fixture.start())
    const forged = vouchedBy(neighbour, { security: frozenSecurity({ subject: 'root', scopes: ['*'] }) })
    await expect(add(client, forged)).rejects.toMatchObject({ code: status.UNAUTHENTICATED })
    expect(fixture.seen).toEqual([])
    await expect(client.add([])).resolves.toEqual({ value: '1' })
  })
})

describe('a token', () => {
  test('that the authenticator knows makes its bearer known', async () => {
    await using fixture = observedHub({ authenticator: byToken })
    using client = new CalculatorClient(await fixture.start())
    await add(client, bearer('ada'))
    expect(fixture.contexts).toEqual([ada])
    expect(Object.isFrozen(fixture.contexts[0])).toBe(true)
  })

  test('that it does not know is refused, although callers without one are served', async () => {
    await using fixture = observedHub({ authenticator: byToken })
    using client = new CalculatorClient(await fixture.start())
    await expect(add(client, bearer('eve'))).rejects.toMatchObject({
      code: status.UNAUTHENTICATED,
      details: expect.stringContaining('its token is not accepted') as unknown,
    })
    await client.add([])
    expect(fixture.contexts).toEqual([undefined])
  })

  test('is not looked at where that is off, where nobody can read it, and beside a caller that is vouched for', async () => {
    for (const options of [{ config: { authentication: 'off' }, authenticator: byToken }, {}]) {
      await using fixture = observedHub(options)
      using client = new CalculatorClient(await fixture.start())
      await add(client, bearer('eve'))
      expect(fixture.contexts).toEqual([undefined])
    }
    await using fixture = observedHub({ authenticator: byToken })
    using client = new CalculatorClient(await fixture.start())
    const metadata = vouchedBy(fixture, { security: ada })
    metadata.set('authorization', 'Bearer eve')
    await add(client, metadata)
    expect(fixture.contexts).toEqual([ada])
  })

  test('that takes a while to judge keeps the call in its trace, and the judge hears when nobody waits any more', async () => {
    const asked = deferred<AbortSignal>()
    const slow: Authenticator = {
      authenticate: async ({ signal, headers }) => {
        if (headers.authorization === 'Bearer ada') return Promise.resolve(ada)
        asked.resolve(signal)
        await reasonOf(signal)
        return ada
      },
    }
    await using fixture = observedHub({ authenticator: slow })
    using client = new CalculatorClient(await fixture.start())
    const metadata = bearer('ada')
    metadata.set('traceparent', traceparent)
    await add(client, metadata)
    expect(fixture.seen).toEqual([{ security: ada, traceparent: expect.stringContaining('4bf92f35') as unknown }])
    const call = client.raw.add({ allValues: [] }, bearer('slow'), () => undefined)
    const signal = await asked.promise
    call.cancel()
    expect(await reasonOf(signal)).toMatchObject({ code: 'CANCELLED' })
    await client.add([])
    expect(fixture.seen).toHaveLength(2)
  })

  test.each<[string, unknown, { code: status; warned: string[] }]>([
    [
      'says why it refuses',
      new Problem({ status: 401, detail: 'expired' }),
      { code: status.UNAUTHENTICATED, warned: [] },
    ],
    ['forbids', new Problem({ status: 403 }), { code: status.PERMISSION_DENIED, warned: [] }],
    [
      'fails',
      new Error('secret: keys are out of reach'),
      { code: status.UNAVAILABLE, warned: ['gRPC caller could not be authenticated'] },
    ],
  ])('is answered as the authenticator %s', async (_, thrown, { code, warned }) => {
    for (const isSync of [true, false]) {
      const authenticator: Authenticator = {
        authenticate: () => {
          if (isSync) throw thrown
          return Promise.reject(thrown)
        },
      }
      await using fixture = observedHub({ authenticator })
      using client = new CalculatorClient(await fixture.start())
      const failure = await add(client, bearer('x')).catch((error: unknown) => error as Error)
      expect(failure).toMatchObject({ code })
      expect((failure as Error).message).not.toContain('secret')
      const warnings = fixture.lines.filter(({ level }) => level === 'warn')
      expect(warnings.map(({ message }) => message)).toEqual(warned)
    }
  })
})

describe('where every caller has to be known', () => {
  const config = { authentication: 'required' }

  test('a token or the word of the host is enough, and nothing else is', async () => {
    await using fixture = observedHub({ authenticator: byToken, config })
    using client = new CalculatorClient(await fixture.start())
    await expect(client.add([])).rejects.toMatchObject({ code: status.UNAUTHENTICATED })
    await expect(valuesOf(client.raw.countTo({ highest: 1 }))).rejects.toMatchObject({ code: status.UNAUTHENTICATED })
    await add(client, bearer('ada'))
    await add(client, vouchedBy(fixture, { security: ada }))
    expect(fixture.contexts).toEqual([ada, ada])
  })

  test('and nobody can read tokens, only who is vouched for comes in, and the hub says so when it starts', async () => {
    await using fixture = observedHub({ config })
    using client = new CalculatorClient(await fixture.start())
    expect(fixture.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringContaining('no module provides an authenticator'),
      }),
    )
    await expect(add(client, bearer('ada'))).rejects.toMatchObject({ code: status.UNAUTHENTICATED })
    await add(client, vouchedBy(fixture, { security: ada }))
    expect(fixture.contexts).toEqual([ada])
  })
})

test('who is calling is not remembered beyond the call', async () => {
  await using fixture = observedHub()
  using client = new CalculatorClient(await fixture.start())
  await add(client, vouchedBy(fixture, { security: ada }))
  await client.add([])
  expect(fixture.contexts).toEqual([ada, undefined])
  expect(currentSecurity()).toBeUndefined()
})
