import { expect, test } from '@jest/globals'
import type { Holdings } from '../fixtures/out-of-process/holdings.js'
import { hostProgram } from '../support/host-program.js'

// The long form kills children for two minutes, a test run eight times.
const isSoak = process.env['MODKIT_SOAK'] === '1'
const MILLISECONDS = isSoak ? 120_000 : 0
const ROUNDS = 8
/** What is made once, or grows with the logs of a test, is far below; a child that is held weighs some ten kilobytes. */
const HEAP_BYTES = 2_000_000

const program = hostProgram(new URL('../fixtures/out-of-process/killing-host.ts', import.meta.url))

interface Figures {
  readonly victims: number
  readonly restarts: number
  readonly before: Holdings
  readonly after: Holdings
}

test(
  'a host whose children are killed at random gets all of them back each time, and nothing of the dead ones stays',
  async () => {
    const { code, stdout, stderr } = await (await program.run([String(MILLISECONDS), String(ROUNDS)])).end
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const text = /^figures (.*)$/m.exec(stdout)?.[1] ?? ''
    if (isSoak) console.log(text)
    const { victims, restarts, before, after } = JSON.parse(text) as Figures
    expect(victims).toBeGreaterThan(0)
    expect(restarts).toBe(victims)
    expect(after.zombies).toBe(0)
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors)
    expect(after.resources).toBeLessThanOrEqual(before.resources)
    expect(after.heapBytes - before.heapBytes).toBeLessThan(HEAP_BYTES)
  },
  MILLISECONDS + 90_000,
)
