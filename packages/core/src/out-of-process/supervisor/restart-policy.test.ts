import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { defaultRestartPolicy, RestartHistory, type RestartPolicy } from './restart-policy.js'

const policies: fc.Arbitrary<RestartPolicy> = fc.record({
  condition: fc.constant('always' as const),
  maxRestarts: fc.nat({ max: 6 }),
  windowMs: fc.integer({ min: 1, max: 1_000 }),
  backoffMs: fc.integer({ min: 1, max: 100 }),
  maxBackoffMs: fc.integer({ min: 100, max: 500 }),
})

describe('the restarts of a child', () => {
  test('are never more than the policy allows in any window, and are refused only then', () => {
    fc.assert(
      fc.property(policies, fc.array(fc.nat({ max: 400 }), { maxLength: 60 }), (policy, gaps) => {
        const history = new RestartHistory({ policy })
        const times: number[] = []
        let now = 0
        for (const gap of gaps) {
          now += gap
          const recent = times.filter((time) => now - time < policy.windowMs).length
          const backoffMs = history.nextBackoff(now)
          expect(backoffMs !== undefined).toBe(recent < policy.maxRestarts)
          if (backoffMs !== undefined) times.push(now)
        }
      }),
    )
  })

  test('wait between half and the whole of what doubles with each of them, up to the longest wait', () => {
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(policies, unit, (policy, chance) => {
        const history = new RestartHistory({ policy, random: () => chance })
        for (let restarts = 0; restarts < policy.maxRestarts; restarts++) {
          const fullMs = Math.min(policy.backoffMs * 2 ** restarts, policy.maxBackoffMs)
          expect(history.nextBackoff(0)).toBeGreaterThanOrEqual(fullMs / 2)
          expect(new RestartHistory({ policy, random: () => 0 }).nextBackoff(0)).toBe(Math.min(policy.backoffMs, policy.maxBackoffMs)) // prettier-ignore
        }
      }),
    )
  })

  test('go on for ever under the policy that the page of the processes gives for that', () => {
    const policy = { ...defaultRestartPolicy, maxRestarts: 30, windowMs: 300_000 }
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
        const history = new RestartHistory({ policy, random: () => chance })
        let now = 0
        for (let deaths = 0; deaths < 100; deaths++) {
          const backoffMs = history.nextBackoff(now)
          if (backoffMs === undefined) throw new Error(`Given up after ${String(deaths)} restarts.`)
          now += backoffMs
        }
      }),
    )
  })

  test('begin with a short wait again once the window has passed', () => {
    const history = new RestartHistory({ policy: defaultRestartPolicy, random: () => 0 })
    expect([0, 0, 0].map((now) => history.nextBackoff(now))).toEqual([500, 1_000, 2_000])
    expect(history.nextBackoff(defaultRestartPolicy.windowMs)).toBe(500)
  })
})
