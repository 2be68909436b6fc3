import { generateKeyPairSync } from 'node:crypto'
import { Metadata } from '@grpc/grpc-js'
import { FakeClock, frozenSecurity, runWithRequest, type RequestContext } from '@modkit/core/spi'
import type { SecurityContext } from '@modkit/core'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { incomingContext, outgoingContext } from './call-context-metadata.js'
import { Vouching } from './vouching.js'

const ada = frozenSecurity({ subject: 'ada', tenant: 't1', scopes: ['read'], claims: { team: ['a', 'b'] } })

function createHost(clock = new FakeClock()) {
  const host = new Vouching({ clock })
  const child = new Vouching({ clock })
  if (host.publicKey) child.follow(host.publicKey)
  return { host, child, clock }
}

function tokenOf(vouching: Vouching, security: SecurityContext): Buffer {
  const token = vouching.tokenFor(security)
  if (token === undefined) throw new Error('There is no token.')
  return token
}

const refused = (reason: string): unknown =>
  expect.objectContaining({ code: 'CALLER_NOT_VOUCHED', details: { reason } })

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('a caller that the host vouches for', () => {
  test('arrives as it was, whatever it is, and frozen', () => {
    const { host, child } = createHost()
    const claims = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>, { maxKeys: 4 })
    const callers = fc.record<SecurityContext>(
      { subject: fc.string({ minLength: 1 }), scopes: fc.array(fc.string(), { maxLength: 5 }), claims },
      { requiredKeys: ['subject', 'scopes'] },
    )
    fc.assert(
      fc.property(callers, (caller) => {
        const given = frozenSecurity(caller)
        const arrived = child.callerOf(tokenOf(host, given))
        // As JSON: it knows no -0.
        expect(JSON.stringify(arrived)).toBe(JSON.stringify(given))
        expect(Object.isFrozen(arrived)).toBe(true)
      }),
    )
  })

  test('is signed once for many calls, and anew before the signature is old', async () => {
    const { host, clock } = createHost()
    const first = tokenOf(host, ada)
    await clock.advance(29_999)
    expect(host.tokenFor(ada)).toBe(first)
    await clock.advance(1)
    expect(host.tokenFor(ada)).not.toEqual(first)
  })

  test('is one object, however often it comes', () => {
    const { host, child } = createHost()
    const token = tokenOf(host, ada)
    expect(child.callerOf(Buffer.from(token))).toBe(child.callerOf(Buffer.from(token)))
  })

  test('is handed on by who may not sign, just as it came', () => {
    const { host, child } = createHost()
    const token = tokenOf(host, ada)
    expect(child.tokenFor(child.callerOf(token))).toEqual(token)
    expect(child.publicKey).toBeUndefined()
  })

  test('is forgotten when it expires, also where it was believed before', async () => {
    const { host, child, clock } = createHost()
    const token = tokenOf(host, ada)
    child.callerOf(token)
    await clock.advance(90_000)
    expect(child.callerOf(token)).toMatchObject({ subject: 'ada' })
    await clock.advance(1)
    expect(thrownBy(() => child.callerOf(token))).toEqual(refused('it has expired'))
  })

  test('is vouched for anew when the clock is set back', async () => {
    const clock = new FakeClock()
    const { host } = createHost(clock)
    await clock.advance(3_600_000)
    const late = tokenOf(host, ada)
    const { host: early } = createHost(new FakeClock())
    if (host.publicKey) early.follow(host.publicKey)
    expect(thrownBy(() => early.callerOf(late))).toEqual(
      refused('it is not good yet: the clocks of the two machines differ'),
    )
  })
})

describe('nobody can', () => {
  test('make up a caller without the key of the host', () => {
    const { child } = createHost()
    const neighbour = new Vouching({ clock: new FakeClock() })
    expect(thrownBy(() => child.callerOf(tokenOf(neighbour, ada)))).toEqual(
      refused('nobody that is trusted here has signed it'),
    )
    expect(child.tokenFor(ada)).toBeUndefined()
  })

  test('change one bit of it', () => {
    const { host, child } = createHost()
    const token = tokenOf(host, ada)
    fc.assert(
      fc.property(fc.nat(token.byteLength * 8 - 1), (bit) => {
        const changed = Buffer.from(token)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(thrownBy(() => child.callerOf(changed))).toMatchObject({ code: 'CALLER_NOT_VOUCHED' })
      }),
    )
  })

  test('send bytes that do harm', () => {
    const { child } = createHost()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6_000 }), (bytes) => {
        expect(thrownBy(() => child.callerOf(Buffer.from(bytes)))).toMatchObject({ code: 'CALLER_NOT_VOUCHED' })
      }),
    )
  })

  test('be followed without an Ed25519 key', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { child } = createHost()
    expect(() => child.follow(publicKey.export({ format: 'der', type: 'spki' }))).toThrow('no Ed25519 key')
    expect(() => child.follow(Buffer.from('key'))).toThrow()
  })
})

test.each<[string, object]>([
  ['too large', { text: 'x'.repeat(5_000) }],
  ['beyond JSON', { count: 1n }],
])('claims that are %s are an error of who sends them', (_, claims) => {
  const { host } = createHost()
  const security = frozenSecurity({ subject: 'ada', scopes: [], claims: claims as Record<string, unknown> })
  expect(thrownBy(() => host.tokenFor(security))).toMatchObject({ code: 'CALLER_UNSENDABLE' })
})

describe('the metadata of a call', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const sent = (facts: RequestContext, vouching: Vouching): Metadata => {
    const metadata = new Metadata()
    runWithRequest(facts, () => outgoingContext(metadata, vouching))
    return metadata
  }

  test('carries trace and caller of the request from process to process', () => {
    const { host, child } = createHost()
    const metadata = sent({ security: ada, traceparent, tracestate: 'a=1' }, host)
    const arrived = incomingContext(metadata, child)
    expect(arrived).toEqual({
      security: ada,
      traceparent: expect.stringMatching(
        /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)\w{16}-01$/,
      ) as unknown,
      tracestate: 'a=1',
    })
  })

  test('stays empty outside of requests, and says nothing then', () => {
    const { host } = createHost()
    const metadata = new Metadata()
    outgoingContext(metadata, host)
    expect(metadata.getMap()).toEqual({})
    expect(incomingContext(metadata, host)).toBeUndefined()
  })

  test('with a trace that is none begins none', () => {
    const { host } = createHost()
    const metadata = new Metadata()
    metadata.set('traceparent', 'nonsense')
    expect(incomingContext(metadata, host)).toBeUndefined()
  })

  test('with two callers names none', () => {
    const { host } = createHost()
    const metadata = sent({ security: ada }, host)
    metadata.add('x-secctx-bin', Buffer.from('other'))
    expect(thrownBy(() => incomingContext(metadata, host))).toEqual(refused('it names several callers'))
  })
})

test('who follows a host with the same key keeps its word, and loses it again to one with another', () => {
  const clock = new FakeClock()
  const signingKey = generateKeyPairSync('ed25519').privateKey
  const [one, other, stranger] = [
    new Vouching({ clock, signingKey }),
    new Vouching({ clock, signingKey }),
    new Vouching({ clock }),
  ]
  const ann = frozenSecurity({ subject: 'ann', scopes: [] })
  other.follow(one.publicKey!)
  expect(one.callerOf(other.tokenFor(ann)!)).toEqual(ann)
  other.follow(stranger.publicKey!)
  expect(other.tokenFor(frozenSecurity({ subject: 'bob', scopes: [] }))).toBeUndefined()
  other.follow(one.publicKey!)
  expect(one.callerOf(other.tokenFor(ann)!)).toEqual(ann)
})
