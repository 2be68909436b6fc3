import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ClientBuckets } from './client-buckets.js'
import { TokenBucket } from './token-bucket.js'

describe('a bucket', () => {
  test('never lets more pass than burst and rate allow, in any stretch of time', () => {
    const run = fc.record({
      rps: fc.integer({ min: 1, max: 50 }),
      burst: fc.integer({ min: 1, max: 20 }),
      pauses: fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
    })
    fc.assert(
      fc.property(run, ({ rps, burst, pauses }) => {
        let now = 0
        const bucket = new TokenBucket({ rps, burst }, now)
        const passed: number[] = []
        for (const pause of pauses) {
          now += pause
          if (bucket.take(now).taken) passed.push(now)
        }
        passed.forEach((from, first) => {
          passed.slice(first).forEach((to, more) => {
            // A token that the sum of many small refills has lost to rounding may come late, never early.
            expect(more + 1).toBeLessThanOrEqual(burst + ((to - from) / 1_000) * rps + 1e-6)
          })
        })
      }),
    )
  })

  test('lets pass what its own time to wait promises', () => {
    const bucket = new TokenBucket({ rps: 3, burst: 1 }, 0)
    bucket.take(0)
    const { taken, waitMs } = bucket.take(100)
    expect(taken).toBe(false)
    expect(bucket.take(100 + Math.ceil(waitMs)).taken).toBe(true)
  })
})

test('buckets of clients are no more than memory allows, and those in use stay', () => {
  const clients = new ClientBuckets({ rps: 0.001, burst: 2 })
  for (let client = 0; client < 30_000; client++) {
    clients.take(`client ${String(client)}`, client)
    clients.take('busy', client)
  }
  expect(clients.size).toBeLessThanOrEqual(10_000)
  expect(clients.take('busy', 30_000).taken).toBe(false)
})
