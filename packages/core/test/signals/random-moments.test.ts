import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { hostProgram, type HostProcess } from '../support/host-program.js'
import { allEnded } from '../support/processes.js'

// The long form sends signals at three hundred moments, a test run at eight.
const MOMENTS = process.env['MODKIT_SOAK'] === '1' ? 300 : 8
const AT_ONCE = 4
/** One line for each `init`, `start` and `stop` of the twenty modules of the host. */
const STEPS_OF_START = 40
const STEPS = 60

const program = hostProgram(new URL('../fixtures/signals/random-host.ts', import.meta.url))
const CODES = { SIGINT: 130, SIGTERM: 143 } as const
const anySignal = (): keyof typeof CODES => (Math.random() < 0.5 ? 'SIGINT' : 'SIGTERM')

interface Moment {
  /** After how many steps of its life the host gets its signal, and after how many a second one. */
  readonly first: number
  readonly second: number | undefined
}

function moment(index: number): Moment {
  // The whole start, and the time when it runs, evenly; every third one a second time.
  const first = Math.floor(((index + Math.random()) / MOMENTS) * (STEPS_OF_START + 1))
  return { first, second: index % 3 === 2 ? first + Math.floor(Math.random() * (STEPS - first)) : undefined }
}

const stepsOf = (stdout: string): string[] => stdout.match(/^m\d+ (?:init|started|stopped)$/gm) ?? []

/** Resolves when the host has said so many steps, or has ended. */
async function said(host: HostProcess, steps: number): Promise<void> {
  const heard = (): boolean => stepsOf(host.stdout).length >= steps
  const ended = host.end.then(() => 'ended' as const)
  while (!heard()) {
    const event = await Promise.race([ended, new Promise((resolve) => host.process.stdout?.once('data', resolve))])
    if (event === 'ended') return
  }
}

async function endAt({ first, second }: Moment): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'modkit-moments-'))
  try {
    const host = await program.run([folder])
    await host.says('owned\n')
    await said(host, first)
    const signal = anySignal()
    const signals = [signal, second === undefined ? signal : anySignal()] as const
    host.kill(signals[0])
    if (second !== undefined) {
      await said(host, second)
      host.kill(signals[1])
    }
    await expectWholeEnd(host, { signals, folder })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Sent {
  readonly signals: readonly [keyof typeof CODES, keyof typeof CODES]
  readonly folder: string
}

async function expectWholeEnd(host: HostProcess, { signals, folder }: Sent): Promise<void> {
  const { code, signal, stdout, stderr } = await host.end
  // Of two signals that come together the system may deliver the later one first.
  const [, again] = /^(SIGINT|SIGTERM) received again: exiting at once/m.exec(stderr) ?? []
  const wasCutOff = again !== undefined
  // Between the end of its life and that of the process nobody listens: a signal does what it does to any program.
  const hasEnded = /^end stopped$/m.test(stdout)
  const orderly = stderr.includes('Host is running') ? [0] : signals.map((sent) => CODES[sent])
  if (wasCutOff) expect(code).toBe(CODES[again as keyof typeof CODES])
  else if (signal === null) expect(orderly).toContain(code)
  else expect({ signal, hasEnded }).toEqual({ signal: signals[1], hasEnded: true })
  await allEnded([...stderr.matchAll(/(?:grand)?child=(\d+)/g)].map(([, pid]) => Number(pid)))
  if (wasCutOff) return
  const steps = stepsOf(stdout)
  expect(steps.filter((step) => step.endsWith('stopped'))).toEqual(stopsOf(steps))
  expect(numbersOf(await readFile(join(folder, 'app.log'), 'utf8').catch(() => ''))).toEqual([...steps.keys()])
  expect(numbersOf(stderr)).toEqual([...steps.keys()])
}

/** What has started stops, in reverse. */
function stopsOf(steps: readonly string[]): string[] {
  const started = steps.filter((step) => step.endsWith('started'))
  return started.reverse().map((step) => step.replace('started', 'stopped'))
}

function numbersOf(log: string): number[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{'))
  return lines.flatMap((line) => (JSON.parse(line) as { fields?: { number?: number } }).fields?.number ?? [])
}

test(
  'whenever signals come, the exit code is right, what was started stops in reverse, nothing is left, and the log is whole',
  async () => {
    const moments = Array.from({ length: MOMENTS }, (_, index) => moment(index))
    const worker = async (): Promise<void> => {
      for (let next = moments.pop(); next; next = moments.pop()) await endAt(next)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  },
  20_000 + MOMENTS * 3_000,
)
