import { afterAll, describe, expect, test } from '@jest/globals'
import { hostProgram, type HostProcess } from '../support/host-program.js'
import { allEnded, running } from '../support/processes.js'

const program = hostProgram(new URL('../fixtures/signals/children-host.ts', import.meta.url))

/** Of tests that failed: the others have seen the end of theirs. */
const strays = new Set<number>()

afterAll(async () => {
  for (const pid of await running([...strays])) process.kill(pid, 'SIGKILL')
})

interface Family {
  readonly host: HostProcess
  /** The process ids of all children and grandchildren. */
  readonly pids: readonly number[]
}

/** A host that runs, with so many children, each of which has one of its own. */
async function family(count: number, script: 'deaf' | 'attached' | 'plain', ending = ''): Promise<Family> {
  const host = await program.run([String(count), script, ending])
  await host.says('Host is running')
  for (let i = 1; i <= count; i++) await host.says(`"oop_module":"child-${String(i)}"`)
  const pids = [...host.stdout.matchAll(/child=(\d+)/g)].map(([, pid]) => Number(pid))
  expect(pids).toHaveLength(2 * count)
  expect(await running(pids)).toHaveLength(2 * count)
  for (const pid of pids) strays.add(pid)
  return { host, pids }
}

async function gone(pids: readonly number[]): Promise<void> {
  await allEnded(pids)
  for (const pid of pids) strays.delete(pid)
}

describe('fifty children that ignore SIGTERM, and fifty that these have started,', () => {
  test.concurrent(
    'end by force after one grace of 5 s',
    async () => {
      const { host, pids } = await family(50, 'deaf')
      const startedAt = performance.now()
      host.kill('SIGTERM')
      const { code, stdout, stderr } = await host.end
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(performance.now() - startedAt).toBeGreaterThan(4_900)
      expect(performance.now() - startedAt).toBeLessThan(9_000)
      expect(stdout.match(/grace period expired, force killing/g)).toHaveLength(50)
      expect(stdout).toContain('All OoP module processes stopped')
      await allEnded(pids)
    },
    60_000,
  )

  test.concurrent(
    'are gone when a second signal cuts their grace off',
    async () => {
      const { host, pids } = await family(50, 'deaf')
      host.kill('SIGTERM')
      await host.says('Stopping OoP module processes')
      host.kill('SIGINT')
      expect(await host.end).toMatchObject({ code: 130, signal: null })
      await allEnded(pids)
    },
    60_000,
  )

  test.concurrent(
    'learn from the end of their standard input that their host was killed',
    async () => {
      const { host, pids } = await family(50, 'attached')
      host.kill('SIGKILL')
      expect(await host.end).toMatchObject({ code: null, signal: 'SIGKILL' })
      await allEnded(pids)
    },
    60_000,
  )
})

describe('children do not outlive a host', () => {
  test.concurrent('that gets a second signal before it was their turn', async () => {
    const { host, pids } = await family(2, 'deaf', 'drains')
    host.kill('SIGTERM')
    await host.says('draining')
    host.kill('SIGTERM')
    expect(await host.end).toMatchObject({ code: 143, signal: null })
    await gone(pids)
  })

  test.concurrent.each([
    { name: 'that throws what nobody catches', ending: 'throws', code: 1, stderr: 'Error: nobody catches this' },
    { name: 'that rejects what nobody catches', ending: 'rejects', code: 1, stderr: 'Error: nobody catches this' },
    { name: 'that exits while it runs', ending: 'exits', code: 5, stderr: '' },
  ])('$name', async ({ ending, code, stderr }) => {
    const { host, pids } = await family(2, 'plain', ending)
    host.tell('now')
    expect(await host.end).toMatchObject({ code, signal: null, stderr: expect.stringContaining(stderr) })
    await gone(pids)
  })

  test.concurrent.each(['SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)('that dies of %s', async (signal) => {
    const { host, pids } = await family(2, 'attached')
    host.kill(signal)
    expect(await host.end).toMatchObject({ code: null, signal })
    await gone(pids)
  })

  test.concurrent('that exits in the middle of its stop', async () => {
    const { host, pids } = await family(2, 'plain', 'exits-in-stop')
    host.kill('SIGTERM')
    const end = await host.end
    expect(end).toMatchObject({ code: 6, signal: null })
    expect(end.stdout).not.toContain('gateway stop')
    await gone(pids)
  })

  test.concurrent('that the watchdog ends', async () => {
    const { host, pids } = await family(2, 'plain', 'spins')
    host.kill('SIGTERM')
    expect(await host.end).toMatchObject({ code: null, signal: 'SIGKILL' })
    await gone(pids)
  })
})
