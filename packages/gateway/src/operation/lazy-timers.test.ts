import { expect, test } from '@jest/globals'
import { FakeClock } from '@modkit/core/spi'
import { LazyTimers } from './lazy-timers.js'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what is cancelled within the turn never becomes a timer of the clock', async () => {
  const clock = new FakeClock()
  const timers = new LazyTimers(clock)
  const rung: string[] = []
  timers.after(10, { ring: () => rung.push('cancelled') }).cancel()
  timers.after(10, { ring: () => rung.push('kept') })
  await nextTurn()
  expect(clock.pendingTimers).toBe(1)
  await clock.advance(10)
  expect(rung).toEqual(['kept'])
})

test('the time counts from the call, and a later cancellation counts, too', async () => {
  const clock = new FakeClock()
  const timers = new LazyTimers(clock)
  const rung: number[] = []
  const ringable = { ring: () => rung.push(clock.monotonic()) }
  timers.after(10, ringable)
  const cancelled = timers.after(10, ringable)
  await clock.advance(9)
  cancelled.cancel()
  expect(rung).toEqual([])
  await clock.advance(1)
  expect(rung).toEqual([10])
})

test('what is due before the turn is over rings when it is', async () => {
  let now = 0
  const timers = new LazyTimers({ now: () => now, monotonic: () => now, after: () => ({ cancel: () => undefined }) })
  const rung: string[] = []
  timers.after(5, { ring: () => rung.push('due') })
  timers.after(50, { ring: () => rung.push('not due') })
  now = 20
  await nextTurn()
  expect(rung).toEqual(['due'])
})
