import { expect, test } from '@jest/globals'
import type { CrowdRemains } from './fixtures/broadcast/crowds.js'
import { Child } from './support/child.js'

test('crowds of ten thousand subscribers that are left, cut, never iterated or forgotten leave nothing behind', async () => {
  const script = new URL('./fixtures/broadcast/crowds.ts', import.meta.url)
  const { code, stdout, stderr } = await new Child(script, [], { nodeOptions: ['--expose-gc'] }).end
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/Error/)])
  const { rounds, listeners } = JSON.parse(stdout) as CrowdRemains
  expect(rounds.map(({ subscribers }) => subscribers)).toEqual(rounds.map(() => 0))
  expect(listeners).toBe(0)
  const [, early, , late] = rounds.map(({ heapBytes }) => heapBytes)
  // A subscriber that is held weighs some 500 bytes, so that a crowd of which each fifth is held weighs a megabyte.
  expect(late! - early!).toBeLessThan(500_000)
}, 60_000)
