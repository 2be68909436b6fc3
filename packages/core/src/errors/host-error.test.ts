import { describe, expect, test } from '@jest/globals'
import { runInNewContext } from 'node:vm'
import { catalogue } from './catalogue.js'
import { contractStatusOf, defineErrors } from './define-errors.js'
import { formatError } from './error-text.js'
import { HostError } from './host-error.js'
import { nearest } from './nearest.js'

const cycle = new HostError('DEPENDENCY_CYCLE', { path: ['a', 'b', 'a'] })

describe('a host error', () => {
  test('has code, message, hint and details', () => {
    expect(cycle).toMatchObject({ name: 'HostError', code: 'DEPENDENCY_CYCLE', details: { path: ['a', 'b', 'a'] } })
    expect(cycle.message).toBe('The modules depend on each other in a circle: a -> b -> a.')
    expect(cycle.hint).toMatch(/^Remove one/)
  })

  test('is found behind causes, collected problems and aggregates, also in a circle of causes', () => {
    const registry = new HostError('REGISTRY_INVALID', { problems: [cycle] })
    const wrapped = new Error('outer', { cause: new AggregateError([new Error('x'), registry]) })
    expect(HostError.is(wrapped, 'DEPENDENCY_CYCLE')).toBe(true)
    expect(HostError.find(wrapped, 'DEPENDENCY_CYCLE')?.details.path).toEqual(['a', 'b', 'a'])
    expect(HostError.is(wrapped, 'CANCELLED')).toBe(false)
    const circle = new Error('circle')
    circle.cause = circle
    expect(HostError.is(circle)).toBe(false)
    expect([undefined, null, 'text', 42].some((value) => HostError.is(value))).toBe(false)
  })

  test('of another copy of the package is recognised', () => {
    const foreign = Object.assign(new Error('x'), { code: 'CANCELLED', [Symbol.for('modkit:host-error')]: true })
    expect(HostError.is(foreign, 'CANCELLED')).toBe(true)
  })

  test('becomes plain data with causes and problems, without stacks', () => {
    const error = new HostError(
      'REGISTRY_INVALID',
      { problems: [cycle] },
      { cause: new Error('inner', { cause: 'text' }) },
    )
    const json: unknown = JSON.parse(JSON.stringify(error))
    expect(json).toMatchObject({
      name: 'HostError',
      code: 'REGISTRY_INVALID',
      details: { problems: [{ code: 'DEPENDENCY_CYCLE', message: cycle.message, details: { path: ['a', 'b', 'a'] } }] },
      cause: { name: 'Error', message: 'inner', cause: 'text' },
    })
    expect(JSON.stringify(json)).not.toContain('host-error.test')
  })

  test('of an unknown code cannot be made', () => {
    expect(() => new HostError('NO_SUCH_CODE', undefined)).toThrow(TypeError)
  })
})

test('every message of the catalogue ends like a sentence, and every hint begins like one', () => {
  const anything: unknown = new Proxy(() => undefined, {
    get: (_t, key) =>
      key === Symbol.toPrimitive
        ? () => 'x'
        : key === 'map' || key === 'slice'
          ? () => ['x']
          : key === 'length'
            ? 1
            : anything,
  })
  for (const [code, entry] of Object.entries(catalogue)) {
    const { message, hint } = entry.describe(anything as never)
    expect([code, message]).toEqual([code, expect.stringMatching(/^\S.*[.x]$/s)])
    expect([code, hint]).toEqual([code, expect.stringMatching(/^[A-Z][^]*[.?x]$/)])
  }
})

describe('defineErrors', () => {
  const errors = defineErrors({
    USER_NOT_FOUND: {
      status: 404,
      message: (d: { id: string }) => `There is no user "${d.id}".`,
      hint: 'Check the id.',
    },
    CLOSED: { message: 'The shop is closed.' },
  })

  test('makes errors with code, text, details and status', () => {
    const error = errors.USER_NOT_FOUND({ id: '7' }, { cause: cycle })
    expect(error).toMatchObject({
      code: 'USER_NOT_FOUND',
      message: 'There is no user "7".',
      hint: 'Check the id.',
      details: { id: '7' },
      status: 404,
    })
    expect(contractStatusOf(error)).toBe(404)
    expect(contractStatusOf(errors.CLOSED())).toBe(500)
    expect(contractStatusOf(cycle)).toBeUndefined()
    expect(errors.is(new Error('x', { cause: error }), 'USER_NOT_FOUND')).toBe(true)
    expect(HostError.is(error, 'USER_NOT_FOUND')).toBe(true)
  })
})

describe('an error as text', () => {
  test('shows code, message, hint and every cause, and the stack of the innermost that is not ours', () => {
    const inner = new Error('no disk')
    const text = formatError(new HostError('PHASE_FAILED', { phase: 'init', module: 'a' }, { cause: inner }))
    expect(text).toContain('PHASE_FAILED: Module "a" failed in phase "init".\n  -> Read the cause below.')
    expect(text).toContain('  Caused by: Error: no disk')
    expect(text).toContain('host-error.test')
  })

  test('recognises an error of another realm', () => {
    expect(formatError(runInNewContext('new TypeError("foreign")'))).toContain('TypeError: foreign')
  })

  test('says so when no error was thrown', () => {
    expect(formatError({ a: 1 })).toBe('A value that is not an error was thrown: {"a":1}')
  })
})

test('the nearest names come best first, two at most', () => {
  expect(nearest('rst', ['rest', 'rest_host', 'grpc', 'db'])).toEqual(['rest', 'rest_host'])
  expect(nearest('zzz', ['rest'])).toEqual([])
  expect(nearest('verbose', ['trace', 'debug', 'info', 'warn', 'error', 'off', 'none'])).toEqual([])
})
