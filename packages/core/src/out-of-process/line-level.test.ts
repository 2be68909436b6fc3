import { describe, expect, test } from '@jest/globals'
import { levelOfLine } from './line-level.js'

describe('the level of a line of output', () => {
  test.each([
    ['{"level":"warn","message":"disk"}', 'warn'],
    ['  {"message":"disk","level":"ERROR"}  ', 'error'],
    ['{"level":"Trace"}', 'trace'],
    ['2026-01-01T00:00:00Z ERROR it broke', 'error'],
    ['2026-01-01T00:00:00Z  debug   detail', 'debug'],
    ['  12:00 WARN mind', 'warn'],
  ])('is what the line says: %s', (line, level) => {
    expect(levelOfLine(line)).toBe(level)
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
    expect(levelOfLine(line)).toBe('info')
  })

  test('is looked for in the text where the line only looks like JSON', () => {
    expect(levelOfLine('{"level" ERROR it broke')).toBe('error')
  })
})
