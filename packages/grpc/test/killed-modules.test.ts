import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import type { Holdings } from '../../core/test/fixtures/out-of-process/holdings.js'
import { hostProgram } from '../../core/test/support/host-program.js'
import { running, timeToEnd } from '../../core/test/support/processes.js'
import type { LoadFigures } from './fixtures/moved/load.js'

const isSoak = process.env['MODKIT_SOAK'] === '1'
const proto = fileURLToPath(new URL('./fixtures/moved/work.proto', import.meta.url))

const killing = hostProgram(new URL('./fixtures/moved/killing-program.ts', import.meta.url))
const serving = hostProgram(new URL('./fixtures/moved/serving-program.ts', import.meta.url))

// The long form kills children for two minutes, a test run six times.
const MILLISECONDS = isSoak ? 120_000 : 0
const KILLS = 6
/** What is made once, or grows with the logs of a test, is far below; a child that is held weighs some ten kilobytes. */
const HEAP_BYTES = 3_000_000

interface Figures extends LoadFigures {
  readonly victims: number
  readonly restarts: number
  readonly before: Holdings
  readonly after: Holdings
}

test(
  'where processes of a module are killed at random under load, no call is lost but what was in their hands',
  async () => {
    const { code, stdout, stderr } = await (await killing.run([proto, String(MILLISECONDS), String(KILLS)])).end
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const text = /^figures (.*)$/m.exec(stdout)?.[1] ?? ''
    if (isSoak) console.log(text)
    const { victims, restarts, calls, failed, lost, before, after } = JSON.parse(text) as Figures
    expect(lost).toEqual([])
    expect(failed).toBeLessThan(calls / 4)
    expect(victims).toBeGreaterThan(0)
    expect(restarts).toBe(victims)
    expect(after.zombies).toBe(0)
    expect(after.descriptors).toBeLessThanOrEqual(before.descriptors)
    expect(after.resources).toBeLessThanOrEqual(before.resources)
    expect(after.heapBytes - before.heapBytes).toBeLessThan(HEAP_BYTES)
  },
  MILLISECONDS + 120_000,
)

// The long form kills fifty hosts, a test run two.
const HOSTS = isSoak ? 50 : 2
/** A busy machine is slow to end what has been told to end. */
const END_MS = isSoak ? 2_000 : 5_000

test(
  'a host that is killed under load takes the processes of its modules along, blocked ones and what they have started',
  async () => {
    const times: number[] = []
    for (let round = 0; round < HOSTS; round++) {
      const host = await serving.run([proto])
      await host.says('All of them answer')
      const pids = [...host.stdout.matchAll(/child=(\d+)/g)].map(([, pid]) => Number(pid))
      expect(await running(pids)).toHaveLength(8)
      host.kill('SIGKILL')
      await host.end
      times.push(await timeToEnd(pids))
    }
    if (isSoak) console.log(`${String(HOSTS)} hosts killed; the last survivor ended after ${Math.max(...times).toFixed(0)} ms at most`) // prettier-ignore
    expect(Math.max(...times)).toBeLessThan(END_MS)
  },
  HOSTS * 30_000,
)
