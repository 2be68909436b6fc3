import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stopBudget } from './stop-budget.js'

describe('the time of one module’s stop', () => {
  test('is as configured where no watchdog counts', () => {
    const budget = stopBudget({ configuredMs: 35_000, remainingMs: undefined, modulesLeft: 9 })
    expect(budget).toEqual({ deadlineMs: 35_000, graceMs: 1_000 })
  })

  test('is as configured where the watchdog leaves enough', () => {
    expect(stopBudget({ configuredMs: 5_000, remainingMs: 15_000, modulesLeft: 3 })).toEqual({ deadlineMs: 5_000, graceMs: 1_000 }) // prettier-ignore
  })

  test('keeps a second of grace, a quarter second for each module after it and a margin before the watchdog', () => {
    expect(stopBudget({ configuredMs: 35_000, remainingMs: 15_000, modulesLeft: 3 })).toEqual({ deadlineMs: 13_000, graceMs: 1_000 }) // prettier-ignore
  })

  test('is at least half of what is left, and a hundred modules that all hang are told and left before the watchdog strikes', () => {
    let remainingMs = 15_000
    for (let modulesLeft = 99; modulesLeft >= 0; modulesLeft--) {
      const { deadlineMs, graceMs } = stopBudget({ configuredMs: 35_000, remainingMs, modulesLeft })
      remainingMs -= deadlineMs + graceMs
    }
    expect(remainingMs).toBeGreaterThanOrEqual(250)
  })

  test('never reaches the watchdog, whatever came before', () => {
    const situation = fc.record({
      configuredMs: fc.nat(100_000),
      remainingMs: fc.integer({ min: -5_000, max: 60_000 }),
      modulesLeft: fc.nat(500),
    })
    fc.assert(
      fc.property(situation, (given) => {
        const { deadlineMs, graceMs } = stopBudget(given)
        expect(deadlineMs).toBeGreaterThanOrEqual(0)
        expect(graceMs).toBeGreaterThanOrEqual(0)
        expect(deadlineMs + graceMs).toBeLessThanOrEqual(Math.max(0, given.remainingMs - 250))
      }),
    )
  })
})
