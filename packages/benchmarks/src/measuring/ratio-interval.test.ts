import { expect, test } from '@jest/globals'
import { median } from './median.js'
import { ratioInterval } from './ratio-interval.js'

/** The same numbers in each run, spread over 0 to 1. */
function sequence(): () => number {
  let state = 1
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
}

const figures = (count: number, from: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index / count)

test('sets of the same figures are not shown to differ, and more of them say so more narrowly', () => {
  const few = ratioInterval({ of: figures(20, 1), to: figures(20, 1) }, median, sequence())
  const many = ratioInterval({ of: figures(500, 1), to: figures(500, 1) }, median, sequence())
  for (const { low, high } of [few, many]) {
    expect(low).toBeLessThan(1)
    expect(high).toBeGreaterThan(1)
  }
  expect(many.high - many.low).toBeLessThan((few.high - few.low) / 2)
})

test('what is a tenth more is shown to be more by many figures', () => {
  const { low, high } = ratioInterval(
    { of: figures(500, 1).map((figure) => figure * 1.1), to: figures(500, 1) },
    median,
    sequence(),
  )
  expect(low).toBeGreaterThan(1)
  expect(high).toBeLessThan(1.2)
})

test('figures without a spread leave no doubt', () => {
  expect(ratioInterval({ of: [3, 3, 3], to: [2, 2] }, median)).toEqual({ low: 1.5, high: 1.5 })
})
