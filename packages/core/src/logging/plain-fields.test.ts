import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { HostError } from '../errors/host-error.js'
import { plainFields } from './plain-fields.js'
import { isSecretKey } from './secrets.js'

describe('what is harmless', () => {
  test('is returned as it is, not copied', () => {
    const fields = { id: 1, user: { name: 'Ann', tags: ['a', 'b'], at: null }, ok: true, none: undefined }
    expect(plainFields(fields)).toBe(fields)
  })

  test('stays the same object beside something that is not', () => {
    const harmless = { a: [1, { b: 2 }] }
    expect(plainFields({ harmless, token: 'abc' })['harmless']).toBe(harmless)
  })
})

describe('secrets', () => {
  test('are hidden at any depth, and nothing that was given is changed', () => {
    const fields = { list: [{ user: 'ann', password: 'pa55' }], deep: { a: { b: { apiKey: 'k', c: 1 } } } }
    const before = structuredClone(fields)
    expect(plainFields(fields)).toEqual({
      list: [{ user: 'ann', password: '***REDACTED***' }],
      deep: { a: { b: { apiKey: '***REDACTED***', c: 1 } } },
    })
    expect(fields).toEqual(before)
  })

  test('are hidden whole, whatever they are', () => {
    expect(plainFields({ credentials: { user: 'ann', pin: 1 }, token: 12, secret: new Error('x') })).toEqual({
      credentials: '***REDACTED***',
      token: '***REDACTED***',
      secret: '***REDACTED***',
    })
  })

  test('that are absent or only true or false give nothing away', () => {
    const fields = { token: undefined, password: null, hasSecret: false }
    expect(plainFields(fields)).toBe(fields)
  })

  test('in URLs and connection texts are hidden wherever the text stands', () => {
    expect(plainFields({ at: ['mysql://a:b@c/d'], error: new Error('mysql://a:b@c/d refused') })).toMatchObject({
      at: ['mysql://a:***REDACTED***@c/d'],
      error: { message: 'mysql://a:***REDACTED***@c/d refused', stack: expect.not.stringContaining(':b@') },
    })
  })

  test('in the details of errors and in what toJSON returns are hidden too', () => {
    const error = new HostError('DB_UNAVAILABLE', { module: 'users', reason: 'x', password: 'p' } as never)
    const plain = plainFields({ error, model: { toJSON: () => ({ token: 't' }) }, map: new Map([['pwd', 'p']]) })
    expect(plain).toMatchObject({
      error: { details: { password: '***REDACTED***' } },
      model: { token: '***REDACTED***' },
      map: { pwd: '***REDACTED***' },
    })
  })

  test('never get through, wherever they are put', () => {
    const secretKey = fc.constantFrom('password', 'apiKey', 'access_token', 'Authorization', 'Cookie', 'clientSecret')
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie('node'), { maxKeys: 3 }),
        fc.tuple(secretKey, tie('node')).map(([key, rest]) => ({ [key]: 'TOP-SECRET', rest })),
      ),
    })).node
    fc.assert(
      fc.property(tree, (value) => {
        const before = structuredClone(value)
        expect(JSON.stringify(plainFields({ value }))).not.toContain('TOP-SECRET')
        expect(value).toEqual(before)
      }),
    )
  })
})

describe('what JSON cannot say', () => {
  test('is said as text', () => {
    const plain = plainFields({ big: 10n, symbol: Symbol('s'), infinite: Infinity, call: function named() {} })
    expect(plain).toEqual({ big: '10', symbol: 'Symbol(s)', infinite: 'Infinity', call: '[function named]' })
  })

  test('collections become arrays and objects; bytes are counted', () => {
    const plain = plainFields({ set: new Set([1, 2n]), map: new Map([['a', 1]]), bytes: Buffer.from('abc') })
    expect(plain).toEqual({ set: [1, '2'], map: { a: 1 }, bytes: '[3 bytes]' })
  })

  test('a date is its JSON', () => {
    expect(plainFields({ at: new Date(0) })).toEqual({ at: '1970-01-01T00:00:00.000Z' })
  })

  test('a cycle ends where it closes, and the same object twice is no cycle', () => {
    const shared = { n: 1 }
    const cyclic: Record<string, unknown> = { one: shared, two: shared }
    cyclic['self'] = cyclic
    expect(plainFields({ cyclic })).toEqual({ cyclic: { one: { n: 1 }, two: { n: 1 }, self: '[circular]' } })
  })

  test('a getter, a proxy or a toJSON that throws costs its own value only', () => {
    const thrower = {
      get broken(): never {
        throw new Error('no')
      },
    }
    const plain = plainFields({ thrower, json: { toJSON: () => Promise.reject.call(null, 1) }, kept: 1 })
    expect(plain).toMatchObject({ thrower: '[unreadable: no]', json: expect.stringContaining('unreadable'), kept: 1 })
  })

  test('a toJSON that returns its own object is read like any other', () => {
    const self: Record<string, unknown> = { n: 1n }
    self['toJSON'] = () => self
    expect(plainFields({ self })).toMatchObject({ self: { n: '1' } })
  })

  test('keys that are names of the prototype stay plain keys', () => {
    const plain = plainFields(JSON.parse('{"__proto__":{"token":"t"}}') as Record<string, unknown>)
    expect(JSON.stringify(plain)).toBe('{"__proto__":{"token":"***REDACTED***"}}')
    expect(({} as { token?: unknown }).token).toBeUndefined()
  })
})

describe('giants', () => {
  test('are cut, and say so', () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${String(i)}`, i]))
    const plain = plainFields({
      list: Array.from({ length: 1_000_000 }, (_, i) => i),
      wide,
      text: 'x'.repeat(1_000_000),
    })
    const json = JSON.stringify(plain)
    expect(json.length).toBeLessThan(200_000)
    expect(json).toContain('more]')
  })

  test('a wide object is cut, and says so', () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${String(i)}`, i]))
    const plain = plainFields({ wide })
    expect(plain).toMatchObject({ wide: { k0: 0, '...': expect.stringMatching(/^\[1\d{4} more\]$/) } })
  })

  test('a long text is cut, and says so', () => {
    expect(plainFields({ text: 'x'.repeat(40_000) })['text']).toMatch(/^x{32768}\[7232 more characters\]$/)
  })

  test('depth ends', () => {
    let deep: unknown = 1
    for (let i = 0; i < 10_000; i++) deep = { deep }
    expect(JSON.stringify(plainFields({ deep }))).toContain('[too deep]')
  })
})

test('errors carry code, hint, details, causes, and the stack of the innermost one', () => {
  const inner = new TypeError('x is not a function')
  const error = new HostError('PHASE_FAILED', { phase: 'init', module: 'users' }, { cause: inner })
  expect(plainFields({ error })['error']).toMatchObject({
    name: 'HostError',
    code: 'PHASE_FAILED',
    details: { phase: 'init', module: 'users' },
    cause: { name: 'TypeError', message: 'x is not a function' },
    stack: inner.stack,
  })
})

test('an error of ours that has no cause brings no stack: its text says it all', () => {
  expect(plainFields({ error: new HostError('NOT_SCANNED', undefined) })['error']).not.toHaveProperty('stack')
})

test('an error that is its own cause ends', () => {
  const error = new Error('loop')
  error.cause = error
  expect(JSON.stringify(plainFields({ error }))).toContain('loop')
})

test.each([
  ...['password', 'x-api-key', 'refreshToken', 'SESSION_COOKIE'],
  ...['pass', 'PASS', 'SMTP_PASS', 'smtpPass', 'pwd', 'db_pwd', 'db-pwd', 'dbPwd', 'MYSQL_PWD'],
])('%s names a secret', (key) => {
  expect(isSecretKey(key)).toBe(true)
})

test.each(['passenger', 'bypass', 'BYPASS', 'passive', 'pass_count', 'OLDPWD', 'cwd'])('%s names none', (key) => {
  expect(isSecretKey(key)).toBe(false)
})
