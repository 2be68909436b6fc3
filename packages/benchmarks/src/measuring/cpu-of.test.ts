import { expect, test } from '@jest/globals'
import { cpuMillisecondsOf } from './cpu-of.js'

test('what a process has computed is what it says itself', () => {
  const own = (): number => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000
  }
  const before = own()
  while (own() - before < 100);
  const [least, told, most] = [own(), cpuMillisecondsOf(process.pid), own()]
  // Each of the two parts is cut to a whole tick.
  expect(told).toBeGreaterThan(least - 30)
  expect(told).toBeLessThanOrEqual(most + 10)
})

test('of a process that there is not nobody knows', () => {
  expect(cpuMillisecondsOf(2 ** 30)).toBeNaN()
})
