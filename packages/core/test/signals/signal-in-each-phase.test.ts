import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { hostProgram } from '../support/host-program.js'
import { ended } from '../support/processes.js'
import type { ChildEnd } from '../support/spawned-process.js'

const program = hostProgram(new URL('../fixtures/signals/phase-host.ts', import.meta.url))

const folders: string[] = []

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modkit-phases-'))
  folders.push(folder)
  return folder
}

const CODES = { SIGINT: 130, SIGTERM: 143 } as const

interface Signalled {
  readonly phase: string
  readonly how: string
  readonly signal?: keyof typeof CODES
  readonly folder?: string
}

interface PhaseEnd extends ChildEnd {
  /** What was said before the signal, and what afterwards, line by line. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly state: string
  /** How long the host waited before it stopped or disposed of anything. */
  readonly waitedMs: number
}

/** A host that gets a signal while the hook of this phase runs. */
async function signalled({ phase, how, signal = 'SIGTERM', folder = '' }: Signalled): Promise<PhaseEnd> {
  const host = await program.run([phase, how, folder])
  await host.says('ready\n')
  host.kill(signal)
  host.tell('the signal has been sent')
  const end = await host.end
  const lines = end.stdout.trimEnd().split('\n')
  const report = JSON.parse(lines.pop()?.replace(/^end /, '') ?? '') as { state: string; waitedMs: number }
  const readyAt = lines.indexOf('ready')
  return { ...end, ...report, before: lines.slice(0, readyAt), after: lines.slice(readyAt + 1) }
}

const BY_START = ['third', 'subject', 'second', 'first']
const SYSTEM_LAST = ['third', 'second', 'first', 'subject']
const disposed = (names: readonly string[]): string[] => names.map((name) => `${name} disposed`)
const stopped = (names: readonly string[]): string[] => names.flatMap((name) => [`${name} stop`, `${name} disposed`])

describe('while a hook runs that never ends, a signal grants it one second, names it, and undoes what was done', () => {
  test.concurrent.each([
    { phase: 'init', signal: 'SIGTERM', hook: 'init', after: disposed(BY_START) },
    { phase: 'post_init', signal: 'SIGINT', hook: 'postInit', after: disposed(SYSTEM_LAST) },
    { phase: 'grpc', signal: 'SIGTERM', hook: 'grpcServices', after: [...disposed(BY_START), 'hub disposed'] },
    {
      phase: 'start',
      signal: 'SIGINT',
      hook: 'start',
      after: ['third disposed', 'subject disposed', ...stopped(['second', 'first'])],
    },
  ] as const)('$phase', async ({ phase, signal, hook, after }) => {
    const end = await signalled({ phase, how: 'hangs', signal })
    expect(end).toMatchObject({ code: CODES[signal], signal: null, state: 'stopped', after })
    const what = `The start of the host (phase "${phase}") was cancelled`
    expect(end.stderr).toContain(`CANCELLED: ${what}; ${hook}() of module "subject" did not react and was left behind.`)
    expect(end.waitedMs).toBeGreaterThan(950)
    expect(end.waitedMs).toBeLessThan(5_000)
  })
})

describe('a hook that listens to the root signal ends the start at once and is not named', () => {
  test.concurrent.each([
    ['init', 'SIGINT', disposed(BY_START)],
    ['start', 'SIGTERM', ['third disposed', 'subject disposed', ...stopped(['second', 'first'])]],
  ] as const)('%s', async (phase, signal, after) => {
    const end = await signalled({ phase, how: 'listens', signal })
    expect(end).toMatchObject({ code: CODES[signal], state: 'stopped', after })
    expect(end.stderr).toContain(`CANCELLED: The start of the host (phase "${phase}") was cancelled.`)
    expect(end.waitedMs).toBeLessThan(900)
  })
})

describe('a synchronous hook ends by itself, and no other one follows', () => {
  test.concurrent.each([
    ['construct', 'construct', ['subject constructed', ...disposed(['subject', 'second', 'first'])]],
    ['pre_init', 'init', disposed(SYSTEM_LAST)],
    ['rest', 'rest', [...disposed(BY_START), 'gateway disposed']],
    ['init', 'init', disposed(BY_START)],
    ['start', 'start', ['third disposed', ...stopped(['subject', 'second', 'first'])]],
  ] as const)('%s, which ends in phase %s', async (phase, endsIn, after) => {
    const end = await signalled({ phase, how: 'blocks' })
    expect(end).toMatchObject({ code: 143, state: 'stopped' })
    expect(end.after.filter((line) => !line.includes('cancelled by signal'))).toEqual(after)
    expect(end.stderr).toContain(`The start of the host (phase "${endsIn}") was cancelled.`)
  })
})

test.concurrent('modules whose files are still being searched are not waited for', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'slow.module.mjs'), `console.log('ready'); await new Promise(() => {})`)
  const end = await signalled({ phase: 'find', how: '', folder })
  expect(end).toMatchObject({ code: 143, state: 'stopped', after: [] })
  expect(end.stderr).toContain('Finding the modules')
})

test.concurrent('a database that does not open is left behind', async () => {
  const end = await signalled({ phase: 'resolve', how: 'hangs', folder: await newFolder() })
  expect(end).toMatchObject({ code: 143, state: 'stopped' })
  expect(end.after).toEqual(disposed(BY_START))
  expect(end.stderr).toContain('migrations() of module "subject" did not react')
})

describe('of a migration that a signal cuts off', () => {
  test.concurrent.each(['hangs', 'listens'])(
    '(it %s) nothing is kept, and the next start goes on there',
    async (how) => {
      const folder = await newFolder()
      const end = await signalled({ phase: 'db', how, folder })
      expect(end).toMatchObject({ code: 143, state: 'stopped' })
      expect(end.after).toEqual(expect.arrayContaining(disposed(BY_START)))
      const again = await program.run(['db', 'passes', folder])
      await again.says('third start')
      again.kill('SIGTERM')
      expect(await again.end).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('DB migrations completed {"module":"subject","applied":2,"skipped":1}'),
      })
    },
  )
})

test.concurrent('children that were spawned before and during the hook that hangs are gone', async () => {
  const end = await signalled({ phase: 'oop_spawn', how: 'hangs' })
  expect(end).toMatchObject({ code: 143, state: 'stopped' })
  expect(end.stderr).toContain('Spawning module "child-2" did not react')
  const pids = end.before.flatMap((line) => / pid=(\d+)/.exec(line)?.[1] ?? []).map(Number)
  expect(pids).toHaveLength(2)
  await Promise.all(pids.map(ended))
  expect(end.after.filter((line) => /stop$|disposed$/.test(line))).toEqual(stopped(BY_START))
})

test.concurrent.each(['SIGINT', 'SIGTERM'] as const)('%s while it runs stops everything in reverse', async (signal) => {
  const end = await signalled({ phase: 'running', how: '', signal })
  expect(end).toMatchObject({ code: 0, signal: null, state: 'stopped', after: stopped(BY_START), stderr: '' })
})
