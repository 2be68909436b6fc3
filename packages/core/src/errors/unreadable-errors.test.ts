import { describe, expect, test } from '@jest/globals'
import { contractStatusOf } from './define-errors.js'
import { errorToJson, isErrorLike, messageOf, toError } from './error-json.js'
import { formatError } from './error-text.js'
import { HostError, isHostError } from './host-error.js'

function fail(): never {
  throw new Error('read')
}

/** Throws at whatever is done with it. */
function hostile(): object {
  const traps = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const
  return new Proxy({}, Object.fromEntries(traps.map((trap) => [trap, fail])))
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable<object>([], {})
  revoke()
  return proxy
}

/** An error of which these properties throw when they are read. */
function withThrowing(...keys: readonly string[]): Error {
  const error = new Error('text')
  for (const key of keys) Object.defineProperty(error, key, { get: fail })
  return error
}

const BRAND = Symbol.for('modkit:host-error')

const thrownValues: readonly (readonly [string, unknown])[] = [
  ['a proxy that throws', hostile()],
  ['a revoked proxy', revoked()],
  ['an object without a prototype', Object.create(null)],
  ['an object whose toString throws', { toString: fail, toJSON: fail }],
  ['an object whose kind throws', Object.defineProperty({ toJSON: fail }, Symbol.toStringTag, { get: fail })],
  ['an object whose toJSON gives nothing', { toJSON: () => undefined }],
  ['a function whose name throws', Object.defineProperty(() => undefined, 'name', { get: fail })],
  ['an error whose texts throw', withThrowing('stack', 'name', 'message')],
  ['an error whose facts throw', withThrowing('code', 'hint', 'details', 'cause', 'errors')],
  [
    'a host error of which everything throws',
    Object.assign(withThrowing('code', 'hint', 'message'), { [BRAND]: true }),
  ],
  ['an error whose message is an object', Object.assign(new Error('x'), { message: Object.create(null) as unknown })],
  ['an error caused by a proxy', new Error('outer', { cause: hostile() })],
  ['an error with a proxy among its problems', Object.assign(new Error('x'), { details: { problems: revoked() } })],
  ['a date that is none, in details', Object.assign(new Error('x'), { details: { at: new Date(Number.NaN) } })],
]

describe('what throws when it is read', () => {
  test.each(thrownValues)('can be reported: %s', (_title, value) => {
    expect(() => JSON.stringify(errorToJson(value))).not.toThrow()
    expect(errorToJson(value)).toMatchObject({ name: expect.any(String), message: expect.any(String) })
    expect(messageOf(value)).toEqual(expect.any(String))
    expect(formatError(value)).toEqual(expect.any(String))
    expect(isErrorLike(toError(value))).toBe(true)
    expect([isHostError(value), HostError.is(value, 'CANCELLED')]).toContain(false)
    expect(contractStatusOf(value)).toBeUndefined()
  })

  test('says that it cannot be read, and leaves the rest as it is', () => {
    const details = Object.defineProperty({ at: new Date(Number.NaN), count: 1 }, 'secret', {
      get: fail,
      enumerable: true,
    })
    const error = Object.assign(withThrowing('cause'), { code: 'X', details })
    expect(errorToJson(error)).toEqual({
      name: 'Error',
      message: 'text',
      code: 'X',
      details: { at: 'Invalid Date', count: 1, secret: '[unreadable]' },
      cause: '[unreadable]',
    })
    expect(messageOf(hostile())).toBe('[unreadable]')
  })

  test('does not hide the host error beside it', () => {
    const cancelled = new HostError('CANCELLED', { operation: 'It' })
    const outer = new AggregateError([hostile(), withThrowing('cause'), cancelled])
    expect(HostError.find(outer, 'CANCELLED')).toBe(cancelled)
  })
})
