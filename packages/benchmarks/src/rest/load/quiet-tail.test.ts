import { expect, test } from '@jest/globals'
import { quietTail } from './quiet-tail.js'

const PER_SECOND = 10_000
const WINDOW = PER_SECOND / 10

/** So many windows, whose answers take as long as `latency` says. */
const windows = (count: number, latency: (window: number, index: number) => number): Float64Array =>
  Float64Array.from({ length: count * WINDOW }, (_, at) => latency(Math.floor(at / WINDOW), at % WINDOW))

test('a tail that every window has counts', () => {
  const latencies = windows(8, (_, index) => (index < WINDOW / 50 ? 3 : 1))
  expect(quietTail(latencies, PER_SECOND)).toBe(3)
})

test('one that most windows have, but not all of a quarter, does not', () => {
  const stalled = (quiet: number) => windows(8, (window, index) => (window >= quiet && index < WINDOW / 50 ? 3 : 1))
  expect(quietTail(stalled(2), PER_SECOND)).toBe(1)
  expect(quietTail(stalled(1), PER_SECOND)).toBe(3)
})

test('answers that are fewer than a window are one, and the rest after the last window is left out', () => {
  expect(quietTail(Float64Array.of(1, 2, 3), PER_SECOND)).toBe(3)
  const rest = Array.from({ length: WINDOW / 2 }, () => 0.1)
  expect(quietTail(Float64Array.of(...windows(1, () => 1), ...rest), PER_SECOND)).toBe(1)
})
