import { expect, test } from '@jest/globals'
import { isCleared } from './bench.js'

test('a bar is cleared on its good side, and on the limit itself', () => {
  const cleared = (value: number, bound?: 'at most' | 'at least'): boolean =>
    isCleared({ text: '', value, limit: 1, ...(bound && { bound }) })
  expect([0.99, 1, 1.01].map((value) => cleared(value))).toEqual([true, true, false])
  expect([0.99, 1, 1.01].map((value) => cleared(value, 'at least'))).toEqual([false, true, true])
  expect([cleared(NaN), cleared(NaN, 'at least')]).toEqual([false, false])
})
