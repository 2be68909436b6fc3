import { describe, expect, test } from '@jest/globals'
import { readChildLine } from './child-line.js'

describe('the level of a line of output', () => {
  test.each([
    ['{"level":"warn","message":"disk"}', 'warn'],
    ['  {"message":"disk","level":"ERROR"}  ', 'error'],
    ['{"level":"Trace"}', 'trace'],
    ['2026-01-01T00:00:00Z ERROR it broke', 'error'],
    ['2026-01-01T00:00:00Z  debug   detail', 'debug'],
    ['  12:00 WARN mind', 'warn'],
  ])('is what the line says: %s', (line, level) => {
    expect(readChildLine(line).level).toBe(level)
  })

  test.each([
    ['a word in mixed case', '12:00 Error it broke'],
    ['a level that is not the second word', 'ERROR it broke'],
    ['a level with something attached', '12:00 ERROR: it broke'],
    ['a JSON level that is not one of ours', '{"level":"fatal"}'],
    ['a JSON level that is a number', '{"level":50}'],
    ['a nested JSON level', '{"log":{"level":"error"}}'],
    ['an empty line', ''],
    ['JSON that is cut', '{"level":"error","message":"no e'],
    ['a name that every object has', '12:00 constructor called'],
  ])('is info for %s', (_what, line) => {
    expect(readChildLine(line).level).toBe('info')
  })

  test('is looked for in the text where the line only looks like JSON', () => {
    expect(readChildLine('{"level" ERROR it broke').level).toBe('error')
  })
})

describe('a line that our own logger wrote', () => {
  const own = { time: '2026-01-01T00:00:00.000Z', level: 'warn', module: 'users', message: 'slow' }
  const read = (json: object): unknown => readChildLine(JSON.stringify(json))

  test('is read as what it was', () => {
    expect(read({ ...own, fields: { a: 1 } })).toEqual({
      level: 'warn',
      message: 'slow',
      module: 'users',
      fields: { a: 1 },
    })
    expect(read(own)).toEqual({ level: 'warn', message: 'slow', module: 'users', fields: {} })
  })

  test('keeps what others have added to it', () => {
    expect(read({ ...own, trace_id: 't-1' })).toMatchObject({ message: 'slow', fields: { trace_id: 't-1' } })
  })

  test.each([
    ['without a time', { ...own, time: undefined }],
    ['without a module', { ...own, module: undefined }],
    ['with a message that is no text', { ...own, message: { text: 'slow' } }],
    ['with fields that are no map', { ...own, fields: [1] }],
  ])('is told from JSON %s, which stays the text that it is', (_what, json) => {
    expect(read(json)).toEqual({ level: 'warn', message: JSON.stringify(json) })
  })

  test('has a level that is ours', () => {
    expect(read({ ...own, level: 'fatal' })).toEqual({
      level: 'info',
      message: JSON.stringify({ ...own, level: 'fatal' }),
    })
  })
})
