import { describe, expect, test } from '@jest/globals'
import type { SecurityContext } from './authenticator.js'
import { frozenSecurity } from './frozen-security.js'

const given = { subject: 'ada', tenant: 'navy', scopes: ['a'], claims: { roles: [{ name: 'x' }], when: new Date(0) } }

/** All lists and plain objects of a value. */
function* partsOf(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null || value instanceof Date) return
  yield value
  for (const below of Object.values(value)) yield* partsOf(below)
}

describe('a security context that was frozen', () => {
  test('says what it said before, in every part of it for good', () => {
    const frozen = frozenSecurity(given)
    expect(frozen).toEqual(given)
    for (const part of partsOf(frozen)) expect(Object.isFrozen(part)).toBe(true)
    expect(() => (frozen.scopes as string[]).push('*')).toThrow(TypeError)
  })

  test('is a copy: the authenticator may go on with what it returned', () => {
    const frozen = frozenSecurity(given)
    for (const part of partsOf(given)) expect(Object.isFrozen(part)).toBe(false)
    given.scopes.push('b')
    given.claims.roles[0]!.name = 'y'
    expect(frozen).toMatchObject({ scopes: ['a'], claims: { roles: [{ name: 'x' }] } })
  })

  test('is not copied again', () => {
    const frozen = frozenSecurity({ subject: 'ada', scopes: [] })
    expect(frozenSecurity(frozen)).toBe(frozen)
  })

  test('keeps instances of classes as they are', () => {
    const when = new Date(0)
    expect(frozenSecurity({ subject: 'ada', scopes: [], claims: { when } }).claims?.['when']).toBe(when)
  })

  test('may have claims that are deep, that refer to each other, or that are named like something of objects', () => {
    const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000))
    const ring: Record<string, unknown> = {}
    ring['self'] = ring
    const claims = { deep, ring, odd: JSON.parse('{"__proto__":{"isAdmin":true}}') as unknown }
    const copy = frozenSecurity({ subject: 'ada', scopes: [], claims }).claims as unknown as typeof claims
    expect(copy.ring['self']).toBe(copy.ring)
    expect((copy.odd as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    expect(JSON.stringify(copy.odd)).toBe('{"__proto__":{"isAdmin":true}}')
  })
})

test.each([
  [undefined, 'without a subject'],
  ['ada', 'without a subject'],
  [{ scopes: [] }, 'without a subject'],
  [{ subject: '', scopes: [] }, 'without a subject'],
  [{ subject: 7, scopes: [] }, 'without a subject'],
  [{ subject: 'ada' }, 'not a list of texts'],
  [{ subject: 'ada', scopes: 'users:read' }, 'not a list of texts'],
  [{ subject: 'ada', scopes: [1] }, 'not a list of texts'],
])('%j is no security context', (value, reason) => {
  expect(() => frozenSecurity(value as unknown as SecurityContext)).toThrow(reason)
})
