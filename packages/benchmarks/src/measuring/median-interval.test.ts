import { expect, test } from '@jest/globals'
import { medianInterval } from './median-interval.js'

/** The same numbers in each run, spread over 0 to 1. */
function sequence(): () => number {
  let state = 1
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
}

/** Evenly spread between the two. */
const figures = (count: number, from: number, to: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1))

test('the median lies in it, and more figures say more narrowly where', () => {
  const few = medianInterval(figures(20, 0.5, 1.5), sequence())
  const many = medianInterval(figures(500, 0.5, 1.5), sequence())
  for (const { low, high } of [few, many]) {
    expect(low).toBeLessThan(1)
    expect(high).toBeGreaterThan(1)
  }
  expect(many.high - many.low).toBeLessThan((few.high - few.low) / 2)
})

test('many figures show what is a tenth more to be more', () => {
  const { low, high } = medianInterval(figures(500, 0.6, 1.6), sequence())
  expect(low).toBeGreaterThan(1)
  expect(high).toBeLessThan(1.2)
})

test('some that lie far off do not move it', () => {
  const { low, high } = medianInterval([...figures(95, 0.9, 1.1), 50, 60, 70, 80, 90], sequence())
  expect(low).toBeGreaterThan(0.9)
  expect(high).toBeLessThan(1.1)
})

test('figures without a spread leave no doubt', () => {
  expect(medianInterval([1.5, 1.5, 1.5])).toEqual({ low: 1.5, high: 1.5 })
})
