import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { LogFields } from '../context/logger.js'
import { HostError } from '../errors/host-error.js'
import type { LogRecord } from './log-record.js'
import { formatText } from './text-format.js'

const time = Date.UTC(2026, 0, 2, 3, 4, 5, 6)
const plain = { colours: false }

function record(message: string, fields: LogFields = {}): LogRecord {
  return { time, level: 'info', module: 'users', message, fields }
}

function fieldsOf(fields: LogFields): string {
  return formatText(record('M', fields), plain).replace(/^.* M ?/, '')
}

test('a line begins with time, level and module', () => {
  expect(formatText(record('Created'), plain)).toBe('2026-01-02T03:04:05.006Z INFO  users Created')
})

test('the level is the second word of the line, whatever its length', () => {
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) {
    const words = formatText({ ...record('x'), level }, plain).split(/\s+/)
    expect(words.slice(1)).toEqual([level.toUpperCase(), 'users', 'x'])
  }
})

describe('fields', () => {
  test.each<[LogFields, string]>([
    [{ id: 7, ok: true, none: null }, 'id=7 ok=true none=null'],
    [{ path: '/users/v1', at: '10:00' }, 'path=/users/v1 at=10:00'],
    [
      { name: 'Ann Lee', empty: '', quoted: 'a"b', tricky: 'x=1' },
      'name="Ann Lee" empty="" quoted="a\\"b" tricky="x=1"',
    ],
    [{ user: { id: 1, tags: ['a'] } }, 'user={"id":1,"tags":["a"]}'],
    [{ missing: undefined, id: 1 }, 'id=1'],
    [{ 'odd key': 1 }, '"odd key"=1'],
    [{ token: 'abc', n: 1n }, 'token=***REDACTED*** n=1'],
  ])('%j', (fields, expected) => {
    expect(fieldsOf(fields)).toBe(expected)
  })
})

describe('errors', () => {
  test('follow on indented lines with code, hint and causes', () => {
    const cause = new TypeError('no')
    cause.stack = 'TypeError: no\n    at file.ts:1:2'
    const error = new HostError('PHASE_FAILED', { phase: 'init', module: 'users' }, { cause })
    expect(formatText(record('It broke', { error, n: 1 }), plain).split('\n')).toEqual([
      '2026-01-02T03:04:05.006Z INFO  users It broke n=1',
      '  error: PHASE_FAILED: Module "users" failed in phase "init".',
      '      -> Read the cause below.',
      '      Caused by: TypeError: no',
      '          at file.ts:1:2',
    ])
  })

  test('under a key that names a secret are hidden', () => {
    expect(fieldsOf({ token: new Error('abc') })).toBe('token=***REDACTED***')
  })

  test('hide the passwords that stand in their text', () => {
    expect(formatText(record('x', { error: new Error('mysql://a:b@c refused') }), plain)).not.toContain(':b@')
  })
})

describe('what could forge a line or move the cursor', () => {
  test('lines after the first are indented', () => {
    const forged = 'a\n2026-01-02T03:04:05.006Z ERROR users forged'
    expect(formatText(record(forged), plain).split('\n')[1]).toMatch(/^ {2}2026/)
  })

  test('control characters are shown, not sent', () => {
    expect(formatText(record('\u001b[2Jgone\r\u0007'), plain)).toContain('\\x1b[2Jgone\\x0d\\x07')
    expect(fieldsOf({ x: '\u001b[2J\u009b' })).toBe('x="\\u001b[2J\\x9b"')
  })
})

test('colours surround the level, never the message', () => {
  const line = formatText({ ...record('Hot', { id: 1 }), level: 'error' }, { colours: true })
  expect(line).toContain('\u001b[31mERROR\u001b[0m')
  expect(line).toContain(' Hot ')
  expect(stripVTControlCharacters(line)).toBe('2026-01-02T03:04:05.006Z ERROR users Hot id=1')
})
