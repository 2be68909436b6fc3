import { expect, test } from '@jest/globals'
import { hostProgram } from '../support/host-program.js'

// The long form is a gigabyte, a test run 64 megabytes.
const isSoak = process.env['MODKIT_SOAK'] === '1'
const MEGABYTES = isSoak ? 1_024 : 64
const LINES = (MEGABYTES * 1_048_576) / 64

const program = hostProgram(new URL('../fixtures/out-of-process/flooded-host.ts', import.meta.url))

interface Fared {
  readonly forwarded: number
  readonly dropped: number
  readonly hasEnd: boolean
  readonly seconds: number
  readonly grownMegabytes: number
  readonly worstMs: number
  readonly ends: readonly string[]
}

test(
  'a child that floods its output is never held up, and its host stays small and quick: what is too much is counted',
  async () => {
    const { code, stdout, stderr } = await (await program.run([String(MEGABYTES)])).end
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    if (isSoak) console.log(stdout)
    const fared = JSON.parse(stdout) as Fared
    expect(fared).toMatchObject({ ends: ['exit code 0'], hasEnd: true })
    expect(fared.forwarded + fared.dropped).toBe(LINES)
    // Three seconds' worth at once and ten thousand lines in each second are the most that is forwarded.
    expect(fared.forwarded).toBeGreaterThanOrEqual(30_000)
    expect(fared.forwarded).toBeLessThanOrEqual(10_000 * (3 + fared.seconds))
    expect(fared.grownMegabytes).toBeLessThan(150)
    // Far more than it takes, and far less than reading it all would.
    expect(fared.worstMs).toBeLessThan(5_000)
  },
  MEGABYTES * 500 + 30_000,
)
