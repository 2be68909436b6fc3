import { describe, expect, test } from '@jest/globals'
import { systemClock } from './clock.js'

const HOUR_MS = 3_600_000

/** How many timers keep this process alive. */
const holding = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length

describe('a timer of the real clock', () => {
  test('keeps the process alive until it is cancelled', () => {
    const before = holding()
    const timer = systemClock.after(HOUR_MS, () => undefined)
    expect(holding()).toBe(before + 1)
    timer.cancel()
    expect(holding()).toBe(before)
  })

  test('that is told not to keeps nothing alive', () => {
    const before = holding()
    const timer = systemClock.after(HOUR_MS, () => undefined, { keepAlive: false })
    expect(holding()).toBe(before)
    timer.cancel()
  })

  test('that is longer than the platform can hold does not fire at once, and one below zero does', async () => {
    const fired: string[] = []
    const long = systemClock.after(1_000 * HOUR_MS, () => fired.push('long'))
    systemClock.after(-1, () => fired.push('past'))
    await new Promise<void>((resolve) => systemClock.after(5, resolve))
    long.cancel()
    expect(fired).toEqual(['past'])
  })
})

test('the real clock tells the time of day, and a time that starts with the process', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(10_000)
  expect(Math.abs(systemClock.monotonic() - performance.now())).toBeLessThan(10_000)
})
