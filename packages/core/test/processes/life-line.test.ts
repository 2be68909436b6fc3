import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { hostProgram, type HostProcess } from '../support/host-program.js'
import { running, timeToEnd } from '../support/processes.js'

// The long form kills fifty hosts, a test run two.
const isSoak = process.env['MODKIT_SOAK'] === '1'
const ROUNDS = isSoak ? 50 : 2
/** A busy machine is slow to end what has been told to end. */
const LIMIT_MS = isSoak ? 2_000 : 5_000

const HOWS = ['idle', 'busy', 'blocked', 'never-stops']

const program = hostProgram(new URL('../fixtures/out-of-process/family.ts', import.meta.url))

/** A host that runs, and the process ids of its children and grandchildren. */
async function family(hows: readonly string[]): Promise<{ host: HostProcess; pids: readonly number[] }> {
  const host = await program.run(hows)
  for (const i of hows.keys()) await host.says(`"oop_module":"child-${String(i + 1)}"`)
  await host.says('configured with 10 characters')
  if (hows.length > 1) await host.says('configured with 1000000 characters')
  await host.says('Host is running')
  while (host.stdout.match(/child=/g)?.length !== 2 * hows.length) await once(host.process.stdout!, 'data')
  const pids = [...host.stdout.matchAll(/child=(\d+)/g)].map(([, pid]) => Number(pid))
  expect(pids).toHaveLength(2 * hows.length)
  expect(await running(pids)).toHaveLength(pids.length)
  return { host, pids }
}

test(
  'a host that is killed takes its children along within two seconds, busy and blocked ones and what they have started',
  async () => {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const { host, pids } = await family(HOWS)
      host.kill('SIGKILL')
      await host.end
      times.push(await timeToEnd(pids))
    }
    if (isSoak) console.log(`${String(ROUNDS)} hosts killed; the last survivor ended after ${Math.max(...times).toFixed(0)} ms at most`) // prettier-ignore
    expect(Math.max(...times)).toBeLessThan(LIMIT_MS)
  },
  ROUNDS * 30_000,
)

test('a child whose host stops leaves as it always does, without the line', async () => {
  const { host, pids } = await family(['idle', 'busy'])
  host.kill('SIGTERM')
  expect(await host.end).toMatchObject({ code: 0, stderr: '' })
  expect(await running(pids)).toEqual([])
  expect(host.stdout.match(/process exited gracefully.*exit code 0/g)).toHaveLength(2)
})
