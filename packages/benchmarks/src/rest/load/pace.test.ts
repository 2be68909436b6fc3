import { expect, test } from '@jest/globals'
import { Pace } from './pace.js'

test('requests are due at an even rate, the first at once', () => {
  const pace = new Pace(4_000)
  expect([0, 0.24, 0.25, 1, 1_000].map((ms) => pace.dueAfter(ms))).toEqual([1, 1, 2, 5, 4_001])
  expect([0, 1, 4, 4_000].map((index) => pace.dueMs(index))).toEqual([0, 0.25, 1, 1_000])
})

test('a request is among those that are due from its time on', () => {
  for (const perSecond of [1, 333, 7_777, 100_000]) {
    const pace = new Pace(perSecond)
    for (let index = 1; index < 5_000; index += 7) {
      expect(pace.dueAfter(pace.dueMs(index) + 1e-6)).toBeGreaterThan(index)
      expect(pace.dueAfter(pace.dueMs(index) - 1e-6)).toBeLessThanOrEqual(index)
    }
  }
})
