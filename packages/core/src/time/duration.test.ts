import { describe, expect, test } from '@jest/globals'
import { formatDuration, isDuration, parseDuration } from './duration.js'

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['45s', 45_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['0s', 0],
    [250, 250],
    [0.5, 0.5],
  ])('%p is %d milliseconds', (value, milliseconds) => {
    expect(parseDuration(value, 'x')).toBe(milliseconds)
  })

  test.each([
    '1.5s',
    '1 s',
    '1s500ms',
    's',
    '',
    '10',
    '10d',
    'in 10s',
    '10sec',
    '-1s',
    -1,
    NaN,
    Infinity,
    undefined,
    null,
    {},
    '9999999999999999h',
  ])('%p is refused, naming the setting', (value) => {
    expect(() => parseDuration(value, 'startDeadline')).toThrow(/is not a duration \(startDeadline\)/)
  })

  test('is told from what is none without an error', () => {
    expect(['45s', 0, '1.5s', -1].map(isDuration)).toEqual([true, true, false, false])
  })

  test.each([
    [0.124, '0.12 ms'],
    [1, '1 ms'],
    [12.4, '12 ms'],
    [1_000, '1 s'],
    [1_240, '1.2 s'],
    [60_000, '1 min 0 s'],
    [125_000, '2 min 5 s'],
  ])('of %d ms reads %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text)
  })
})
