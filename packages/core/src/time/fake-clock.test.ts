import { describe, expect, test } from '@jest/globals'
import { FakeClock } from './fake-clock.js'

describe('a clock that stands still', () => {
  test('fires what falls due in the order of its time, and what is due together in the order in which it was set', async () => {
    const clock = new FakeClock()
    const fired: string[] = []
    for (const [name, delayMs] of [
      ['c', 20],
      ['a', 10],
      ['b', 10],
      ['later', 21],
    ] as const) {
      clock.after(delayMs, () => fired.push(`${name} at ${String(clock.monotonic())}`))
    }
    await clock.advance(20)
    expect(fired).toEqual(['a at 10', 'b at 10', 'c at 20'])
    expect(clock.pendingTimers).toBe(1)
  })

  test('starts with the year 2026, or when it is told, and moves both its times', async () => {
    const clock = new FakeClock()
    const other = new FakeClock(5)
    await Promise.all([clock.advance(7), other.advance(7)])
    expect([clock.now(), clock.monotonic(), other.now()]).toEqual([Date.UTC(2026, 0, 1) + 7, 7, 12])
  })

  test('takes a delay below zero as none, and a timer that is cancelled never fires', async () => {
    const clock = new FakeClock()
    const fired: string[] = []
    clock.after(-5, () => fired.push(`past at ${String(clock.monotonic())}`))
    clock.after(5, () => fired.push('cancelled')).cancel()
    await clock.advance(10)
    expect(fired).toEqual(['past at 0'])
  })
})
