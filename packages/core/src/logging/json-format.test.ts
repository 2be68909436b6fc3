import { expect, test } from '@jest/globals'
import { formatJson } from './json-format.js'
import type { LogRecord } from './log-record.js'

const record: LogRecord = {
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  level: 'warn',
  module: 'users',
  message: 'Slow',
  fields: {},
}

test('a line is one JSON object', () => {
  expect(formatJson(record)).toBe(
    '{"time":"2026-01-02T03:04:05.006Z","level":"warn","module":"users","message":"Slow"}',
  )
})

test('fields stand apart, so that no field can pass for the level or the module', () => {
  const line = formatJson({ ...record, fields: { level: 'error', module: 'x', n: 1n } })
  expect(JSON.parse(line)).toMatchObject({
    level: 'warn',
    module: 'users',
    fields: { level: 'error', module: 'x', n: '1' },
  })
})

test('line breaks stay inside the line', () => {
  expect(formatJson({ ...record, message: 'a\nb\u2028c', fields: { x: '\r\n' } })).not.toMatch(/[\r\n]/)
})

test('a password in the message is hidden', () => {
  expect(formatJson({ ...record, message: 'Connecting to redis://:pw@cache' })).toContain(
    'redis://:***REDACTED***@cache',
  )
})
