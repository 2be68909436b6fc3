import { expect, test } from '@jest/globals'
import { FakeClock } from '@modkit/core/spi'
import { LazyTimers, type LazyTimer, type Ringable } from './lazy-timers.js'

function after(timers: LazyTimers, delayMs: number, what: Ringable): LazyTimer {
  const timer = timers.idle(what)
  timers.start(timer, delayMs)
  return timer
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('what is cancelled within the turn never becomes a timer of the clock', async () => {
  const clock = new FakeClock()
  const timers = new LazyTimers(clock)
  const rung: string[] = []
  after(timers, 10, { ring: () => rung.push('cancelled') }).cancel()
  after(timers, 10, { ring: () => rung.push('kept') })
  await nextTurn()
  expect(clock.pendingTimers).toBe(1)
  await clock.advance(10)
  expect(rung).toEqual(['kept'])
})

test('the time counts from the first start, and a later cancellation counts, too', async () => {
  const clock = new FakeClock()
  const timers = new LazyTimers(clock)
  const rung: number[] = []
  const ringable = { ring: () => rung.push(clock.monotonic()) }
  const started = after(timers, 10, ringable)
  const cancelled = after(timers, 10, ringable)
  await clock.advance(9)
  timers.start(started, 100)
  cancelled.cancel()
  expect(rung).toEqual([])
  await clock.advance(1)
  expect(rung).toEqual([10])
})

test('what is due before the turn is over rings when it is', async () => {
  let now = 0
  const timers = new LazyTimers({ now: () => now, monotonic: () => now, after: () => ({ cancel: () => undefined }) })
  const rung: string[] = []
  after(timers, 5, { ring: () => rung.push('due') })
  after(timers, 50, { ring: () => rung.push('not due') })
  now = 20
  await nextTurn()
  expect(rung).toEqual(['due'])
})
