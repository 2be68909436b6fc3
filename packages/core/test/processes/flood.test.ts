import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { hostProgram } from '../support/host-program.js'

// The long form is a gigabyte, a test run 64 megabytes.
const isSoak = process.env['MODKIT_SOAK'] === '1'
const MEGABYTES = isSoak ? 1_024 : 64
const LINES = (MEGABYTES * 1_048_576) / 64

const program = hostProgram(new URL('../fixtures/out-of-process/flooded-host.ts', import.meta.url))

interface Fared {
  readonly seconds: number
  readonly grownMegabytes: number
  readonly worstMs: number
  readonly dropped: number
  readonly hasEnd: boolean
  readonly history: readonly object[]
}

test(
  'a child that floods its output is never held up, and its host stays small and quick: what is too much is counted',
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'modkit-flood-'))
    try {
      const { code, stdout, stderr } = await (await program.run([String(MEGABYTES), home])).end
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const fared = JSON.parse(stdout) as Fared
      if (isSoak) console.log(JSON.stringify(fared))
      expect(fared.history).toEqual([expect.objectContaining({ end: 'exit code 0' })])
      expect(fared.hasEnd).toBe(true)
      expect(fared.grownMegabytes).toBeLessThan(150)
      expect(fared.worstMs).toBeLessThan(2_000)
      // Three seconds' worth at once and ten thousand lines in each second are the most that is forwarded.
      const forwardedAtMost = 10_000 * (3 + fared.seconds)
      expect(fared.dropped).toBeGreaterThan(LINES - forwardedAtMost)
      expect(fared.dropped).toBeLessThan(LINES)
    } finally {
      await rm(home, { recursive: true })
    }
  },
  MEGABYTES * 500 + 30_000,
)
