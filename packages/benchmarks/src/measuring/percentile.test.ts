import { expect, test } from '@jest/globals'
import { percentile } from './percentile.js'

test('a percentile is the figure that so many per cent do not exceed', () => {
  const figures = Array.from({ length: 1_000 }, (_, index) => 1_000 - index)
  expect([0.1, 50, 99, 99.9, 100].map((percent) => percentile(figures, percent))).toEqual([1, 500, 990, 999, 1_000])
  expect(percentile(new Float64Array([10, 9, 2]), 50)).toBe(9)
  expect(percentile([7], 1)).toBe(7)
})

test('figures stay in their order', () => {
  const figures = [3, 1, 2]
  percentile(figures, 50)
  expect(figures).toEqual([3, 1, 2])
})

test('nothing has no percentile', () => {
  expect(() => percentile([], 99)).toThrow(RangeError)
})
