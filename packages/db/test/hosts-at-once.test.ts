import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from '@jest/globals'
import { bundledProgram } from './fixtures/bundled-program.js'
import { forever } from './fixtures/scratch-home.js'
import { onEveryEngine, type TestPlace } from './fixtures/test-engines.js'

const isSoak = process.env['MODKIT_SOAK'] !== undefined
const ROUNDS = isSoak ? 20 : 1
const ROUND_LIMIT_MS = 60_000

const HOSTS = 10
const MIGRATIONS = 20
/** How many hosts are killed in the middle of a migration. */
const KILLS = 5

/** Waiting for a lock must not hold the event loop. What remains is ten programs that share the processors. */
const LONGEST_STANDSTILL_MS = 3_000

const PROGRAM = await bundledProgram('migrating-child.ts')

class Host {
  readonly process: ChildProcess
  readonly closed: Promise<unknown>
  readonly lines: string[] = []

  constructor(place: TestPlace, onLine: (host: Host, line: string) => void) {
    // Without the flags of the test runner, which are not meant for it.
    const { NODE_OPTIONS: _, ...env } = process.env
    const args = [JSON.stringify(place.section), place.home.path, String(MIGRATIONS)]
    this.process = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
      timeout: ROUND_LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    this.closed = once(this.process, 'close')
    if (this.process.stdout)
      createInterface(this.process.stdout).on('line', (line) => {
        this.lines.push(line)
        onLine(this, line)
      })
  }

  goOn(): void {
    this.process.stdin?.write('on')
  }

  get wasKilled(): boolean {
    return this.process.signalCode !== null
  }

  /** What follows a word of its own at the beginning of a line. */
  saying(word: string): string | undefined {
    return this.lines
      .find((line) => line.startsWith(word))
      ?.slice(word.length)
      .trim()
  }
}

/** So many different numbers from 1 to `most`, at random. */
function drawn(count: number, most: number): ReadonlySet<number> {
  const numbers = new Set<number>()
  while (numbers.size < count) numbers.add(1 + Math.floor(Math.random() * most))
  return numbers
}

/** Starts all hosts at once, and kills those that begin the migrations whose turn was drawn. */
async function race(place: TestPlace): Promise<readonly Host[]> {
  const turns = drawn(KILLS, MIGRATIONS - 1)
  let begun = 0
  const onLine = (host: Host, line: string): void => {
    if (!line.startsWith('in ')) return
    if (turns.has(++begun)) host.process.kill('SIGKILL')
    else host.goOn()
  }
  const hosts = Array.from({ length: HOSTS }, () => new Host(place, onLine))
  await Promise.all(hosts.map(({ closed }) => closed))
  return hosts
}

onEveryEngine('ten hosts that start at the same moment, some killed in the middle,', (engine) => {
  test.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'apply every migration exactly once, round %i',
    async () => {
      await using place = await engine.place()
      const hosts = await race(place)
      expect(hosts.filter(({ wasKilled }) => wasKilled)).toHaveLength(KILLS)
      const names = Array.from({ length: MIGRATIONS }, (_, index) => `m${String(index).padStart(2, '0')}`)

      const survivors = hosts.filter(({ wasKilled }) => !wasKilled)
      expect(survivors.map(({ process: { exitCode } }) => exitCode)).toEqual(survivors.map(() => 0))
      for (const host of survivors) expect(Number(host.saying('stood still'))).toBeLessThan(LONGEST_STANDSTILL_MS)

      while ((await place.connections()) > 0);
      const manager = place.home.manager({ shop: place.section })
      const db = await manager.resolve('shop', forever)
      expect(await db?.('log').orderBy('name').pluck('name')).toEqual(names.slice(1))
      // No lock is stuck, and the history is whole.
      const migrations = names.map((name) => ({ name, up: () => Promise.reject(new Error('not again')) }))
      const status = await manager.migrationStatus?.('shop', migrations, forever)
      expect(status?.pending).toEqual([])
    },
    ROUND_LIMIT_MS,
  )
})
