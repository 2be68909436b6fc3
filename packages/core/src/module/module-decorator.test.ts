import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import type { HostError } from '../errors/host-error.js'
import { CORE_VERSION } from './core-copy.js'
import { defineModule, Module } from './module-decorator.js'
import { moduleDefinition } from './module-definition.js'

function failure(options: unknown): HostError {
  try {
    Module(options as never)
  } catch (error) {
    return error as HostError
  }
  throw new Error('It was accepted.')
}

describe('@Module', () => {
  test('stores a frozen definition with every default filled in', () => {
    @Module({ name: 'users' })
    class Users {}
    const definition = moduleDefinition(Users)
    expect(definition).toEqual({
      name: 'users',
      deps: [],
      capabilities: [],
      provides: [],
      config: undefined,
      providers: [],
      lifecycle: undefined,
      optional: false,
    })
    expect(Object.isFrozen(definition)).toBe(true)
  })

  test('defineModule is its twin, and returns the class', () => {
    class Users {
      async work(): Promise<void> {}
    }
    const returned = defineModule(
      {
        name: 'users',
        deps: ['audit', 'mailer?'],
        capabilities: ['stateful'],
        lifecycle: { entry: 'work', stopTimeout: '2m' },
      },
      Users,
    )
    expect(returned).toBe(Users)
    expect(moduleDefinition(Users)).toMatchObject({
      deps: [
        { target: 'audit', optional: false },
        { target: 'mailer', optional: true },
      ],
      lifecycle: { entry: 'work', stopTimeoutMs: 120_000, stopTimeoutGiven: true, awaitReady: false },
    })
  })

  test('takes what is undefined in a lifecycle as left out', () => {
    const lifecycle = { entry: undefined, stopTimeout: undefined, awaitReady: undefined } as unknown as object
    class Users {
      async serve(): Promise<void> {}
    }
    defineModule({ name: 'users', capabilities: ['stateful'], lifecycle }, Users)
    expect(moduleDefinition(Users)?.lifecycle).toEqual({
      entry: 'serve',
      stopTimeoutMs: 30_000,
      stopTimeoutGiven: false,
      awaitReady: false,
    })
  })

  test('is not inherited', () => {
    @Module({ name: 'users' })
    class Users {}
    class More extends Users {}
    expect(moduleDefinition(More)).toBeUndefined()
    expect(moduleDefinition({})).toBeUndefined()
  })
})

describe('a module name', () => {
  test.each(['a', 'users', 'user-profile', 'v2', 'a1-b2'])('%s is legal', (name) => {
    expect(() => Module({ name })).not.toThrow()
  })

  test.each([
    ['user_profile', 'snake_case', 'user-profile'],
    ['Users', 'start with a letter a-z, not "U"', 'users'],
    ['userProfile', 'contains "P"', 'user-profile'],
    ['1st', 'start with a letter a-z, not "1"', 'st'],
    ['-users', 'start with a letter a-z, not "-"', 'users'],
    ['users-', 'must not end with "-"', 'users'],
    ['user--profile', 'must not contain "--"', 'user-profile'],
    ['user.profile', 'contains "."', 'user-profile'],
    ['', 'empty', undefined],
    [undefined, 'required', undefined],
    [42, 'required', undefined],
  ])('%p is refused with a reason and a suggestion', (name, reason, suggestion) => {
    const error = failure({ name })
    expect(error.code).toBe('MODULE_NAME_INVALID')
    expect(error.message).toContain(reason)
    if (suggestion !== undefined) expect(error.hint).toBe(`Write "${suggestion}" instead.`)
  })
})

describe('while decorating, a module is refused', () => {
  test.each([
    ['rst', ['rest', 'rest_host']],
    ['statefull', ['stateful']],
    ['foo', []],
  ])('with the unknown capability %s', (capability, suggestions) => {
    expect(failure({ name: 'a', capabilities: [capability] })).toMatchObject({
      code: 'CAPABILITY_UNKNOWN',
      details: { capability, suggestions },
    })
  })

  test.each([
    [{ capabilities: ['db', 'db'] }, 'CAPABILITY_DUPLICATE'],
    [{ deps: ['a', undefined] }, 'DEPENDENCY_UNDEFINED'],
    [{ deps: [42] }, 'MODULE_OPTION_INVALID'],
    [{ deps: 'audit' }, 'MODULE_OPTION_INVALID'],
    [{ lifecycle: {} }, 'LIFECYCLE_REQUIRES_STATEFUL'],
    [{ capabilities: ['stateful'], lifecycle: { stopTimeout: '1.5s' } }, 'DURATION_INVALID'],
    [{ capabilities: ['stateful'], lifecycle: { stop_timeout: '1s' } }, 'MODULE_OPTION_INVALID'],
    [{ capabilities: ['stateful'], lifecycle: { awaitReady: 'yes' } }, 'MODULE_OPTION_INVALID'],
    [{ capabilities: ['stateful'], lifecycle: { entry: '' } }, 'MODULE_OPTION_INVALID'],
    [{ optional: 1 }, 'MODULE_OPTION_INVALID'],
    [{ config: {} }, 'MODULE_OPTION_INVALID'],
    [{ dependencies: [] }, 'MODULE_OPTION_INVALID'],
  ])('with %p', (options, code) => {
    expect(failure({ name: 'a', ...options }).code).toBe(code)
  })

  test('with an option that does not exist, naming the nearest', () => {
    expect(failure({ name: 'a', capabilites: [] }).hint).toMatch(/^Did you mean "capabilities"/)
  })

  test.each([undefined, null, 'users'])('without options: %p', (options) => {
    expect(failure(options).code).toBe('MODULE_NAME_INVALID')
  })
})

test('the version that a copy reports is that of its package', () => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  expect(JSON.parse(manifest)).toMatchObject({ version: CORE_VERSION })
})
