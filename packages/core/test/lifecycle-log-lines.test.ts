import { beforeAll, expect, test } from '@jest/globals'
import { createHost, defineModule, inject, type Host, type HostOptions, type ModuleClass } from '@modkit/core'
import { FakeClock, LocalProcessBackend } from '@modkit/core/spi'
import { documentedLines, isInstance, patternOf, tableBelow, type DocumentedLine } from './support/documented-lines.js'
import { loggedTexts, sourcesOf, textsIn, type Source } from './support/logged-texts.js'
import { RecordedLog, type RecordedLine } from './support/recorded-log.js'
import { Recorder } from './support/recording-module.js'

const page = new URL('../../../docs/lifecycle.md', import.meta.url)
const packages = new URL('../../', import.meta.url)
const coreLines = documentedLines(page, '### Of the core')
const otherLines = documentedLines(page, '### Of the other packages')

const log = new RecordedLog()
const r = new Recorder()
const never = (): Promise<never> => new Promise(() => undefined)
const fails = (): never => {
  throw new Error('boom')
}

function hostOf(options: HostOptions): { host: Host; clock: FakeClock } {
  const clock = new FakeClock()
  return { host: createHost({ config: {}, logger: log.logger, clock, ...options }), clock }
}

const gateway = (reactions = {}): ModuleClass =>
  r.module('gw', { capabilities: ['system', 'rest_host', 'stateful'] }, { restApi: () => ({}), ...reactions })

const hub = (endpoint?: string): ModuleClass =>
  r.module('hub', { capabilities: ['system', 'grpc_hub', 'stateful'] }, { boundEndpoint: () => endpoint })

const child = (executable: string, ...args: string[]): object => ({ runtime: runtime(executable, ...args) })

const runtime = (executable: string, ...args: string[]): object => {
  const execution = { executable_path: executable, args, working_directory: '/no/such/directory' }
  return { type: 'oop', execution }
}

/** A child that ends at once, and what is to follow. */
const brief = (code: number, restart: unknown): object => ({
  runtime: { ...runtime('/bin/sh', '-c', `exit ${String(code)}`), restart },
})

/** What any host says, with a child that ends when it is told to. */
async function ordinaryLife(): Promise<void> {
  const modules = [gateway(), hub('http://127.0.0.1:1'), r.module('m', { capabilities: ['db', 'rest', 'grpc'] })]
  const { host } = hostOf({ modules, config: { modules: { polite: child('sleep', '30') } } })
  await host.start()
  await host.stop()
}

/** A hub that never listens, a child that ends too early and one that does not want to. */
async function childrenInTrouble(): Promise<void> {
  const stubborn = child('/bin/sh', '-c', 'trap "" TERM; echo up; while :; do sleep 1; done')
  const given = {
    failed: brief(4, 'never'),
    finished: brief(0, 'on_failure'),
    hopeless: brief(5, { max_restarts: 0 }),
    misconfigured: brief(78, 'on_failure'),
  }
  const config = { modules: { stubborn, brief: child('/bin/sh', '-c', 'exit 3'), ...given } }
  const { host, clock } = hostOf({ modules: [hub()], config })
  const started = host.start()
  await clock.advance(5_100)
  await started
  const ends = [
    'will be started again',
    'by itself',
    'not started again',
    'failing and is quarantined',
    'configured and is quarantined',
  ]
  await Promise.all([log.line('up'), ...ends.map((end) => log.line(({ message }) => message.endsWith(end)))])
  const stopped = host.stop()
  await log.line(
    ({ message, fields }) => message.endsWith('sent termination signal') && fields['module'] === 'stubborn',
  )
  await clock.advance(5_000)
  await stopped
  const backend = new LocalProcessBackend({ signal: new AbortController().signal, logger: log.logger })
  await backend.stopInstance({ module: 'gone', instanceId: 'x', backend: 'local_process', pid: 1, createdAt: 0 })
}

async function optionalFailure(): Promise<void> {
  const broken = r.module('broken', { optional: true, capabilities: ['rest'] }, { init: fails, registerRest: fails })
  const { host } = hostOf({ modules: [gateway(), broken] })
  await host.start()
  await host.stop()
}

async function cancelledStarts(): Promise<void> {
  const { host } = hostOf({ modules: [r.module('a', {}, { init: () => void host.stop() }), r.module('b')] })
  await expect(host.start()).rejects.toMatchObject({ code: 'CANCELLED' })

  let finish = (): void => undefined
  const slow = new Promise<void>((resolve) => (finish = resolve))
  const late = hostOf({ modules: [r.module('late', { capabilities: ['stateful'] }, { start: () => slow })] })
  const failed = expect(late.host.start()).rejects.toMatchObject({ code: 'CANCELLED' })
  await late.clock.advance(0)
  const stopped = late.host.stop()
  await late.clock.advance(1_000)
  await Promise.all([failed, stopped])
  finish()
  await log.line(({ message, fields }) => message === 'Stopped module' && fields['module'] === 'late')
}

async function stopsInTrouble(): Promise<void> {
  class Pool {
    readonly dispose = fails
  }
  class Owner {
    readonly pool = inject(Pool)
  }
  const modules = [
    gateway({ drain: never }),
    r.module('deaf', { capabilities: ['stateful'] }, { stop: never }),
    r.module('clumsy', { capabilities: ['stateful'] }, { stop: fails }),
    defineModule({ name: 'owner', providers: [Pool] }, Owner),
  ]
  const { host, clock } = hostOf({ modules })
  await host.start()
  const stopped = host.stop()
  await clock.advance(60_000)
  await stopped
}

async function tasks(): Promise<void> {
  const lifecycle = { stopTimeout: '60s' } as const
  const task = (name: string, serve: (signal: AbortSignal) => Promise<unknown>): ModuleClass =>
    defineModule(
      { name, capabilities: ['stateful'], lifecycle },
      class {
        serve(signal: AbortSignal): Promise<unknown> {
          return serve(signal)
        }
      },
    )
  let failLate = (_error: Error): void => undefined
  const modules = [
    task('fails', () => log.line(({ fields }) => fields['module'] === 'deaf-task').then(fails)),
    task(
      'fails-stopping',
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('x')))),
    ),
    task('deaf-task', () => new Promise((_, reject) => (failLate = reject))),
  ]
  const { host, clock } = hostOf({ modules })
  await host.start()
  await log.line('The background task of module "fails" failed')
  const stopped = host.stop()
  await clock.advance(36_000)
  await stopped
  failLate(new Error('late'))
  await log.line(({ message }) => message.endsWith('failed after it had been left behind'))
}

async function wholeRun(): Promise<void> {
  // The log is that of all hosts of this file: only what this one says counts.
  const before = log.lines.length
  const shutdown = log.line((line) => line.message === 'Host is running' && log.lines.indexOf(line) >= before)
  await hostOf({ modules: [], shutdown, shutdownDeadline: '35s' }).host.run()
}

beforeAll(async () => {
  await ordinaryLife()
  await childrenInTrouble()
  await hostOf({ modules: [] }).host.migrate()
  await optionalFailure()
  await cancelledStarts()
  await stopsInTrouble()
  await tasks()
  await wholeRun()
})

const inTable = ({ level, text }: DocumentedLine): [string] => [`${level} ${text}`]
const rowOf = (rows: readonly DocumentedLine[], name: string): DocumentedLine =>
  rows.find((row) => inTable(row)[0] === name) ?? { level: '', text: '', fields: [], optionalFields: [], heldBy: '' }

test.each(coreLines.filter(({ heldBy }) => heldBy === 'run').map(inTable))('a host says: %s', (name) => {
  const row = rowOf(coreLines, name)
  const said = log.lines.filter(({ message }) => patternOf(row.text, /\{\w+\}/).test(message))
  expect(said).not.toEqual([])
  expect(said.filter((line) => !coreLines.some((candidate) => isInstance(line, candidate)))).toEqual([])
  expect(said.some((line) => isInstance(line, row))).toBe(true)
})

test('everything that a host says stands in the table', () => {
  const isForwarded = ({ fields }: RecordedLine): boolean => 'oop_module' in fields
  const unknown = log.lines.filter((line) => !isForwarded(line) && !coreLines.some((row) => isInstance(line, row)))
  expect(unknown).toEqual([])
  expect(log.lines.filter(isForwarded).map(({ fields }) => Object.keys(fields))).toEqual([
    ['oop_module', 'oop_instance_id', 'stream'],
  ])
})

const sources = new Map(
  ['core', 'db', 'gateway', 'grpc'].map((name) => [name, sourcesOf(new URL(`${name}/src/`, packages))] as const),
)

/** Whether a text of a source, or the end of one, is what a row says. */
function holds(source: Source, { text, level, fields, optionalFields }: DocumentedLine): boolean {
  const isSaid = textsIn(source).some((written) => patternOf(written, /\$\{(?:[^{}]|\{[^{}]*\})*\}/).test(text))
  return isSaid && [level, ...fields, ...optionalFields].every((name) => new RegExp(`\\b${name}\\b`).test(source.code))
}

const bySource = [
  ...coreLines.filter(({ heldBy }) => heldBy === 'source').map((row) => ({ ...row, heldBy: 'core' })),
  ...otherLines,
]

test.each(bySource.map(inTable))('the source says: %s', (name) => {
  const row = rowOf(bySource, name)
  expect((sources.get(row.heldBy) ?? []).some((source) => holds(source, row))).toBe(true)
})

test('every text that a source hands to a logger stands in a table', () => {
  const rows = [...coreLines, ...otherLines]
  const texts = [...sources.values()].flat().flatMap(loggedTexts)
  expect(texts.length).toBeGreaterThan(40)
  const unknown = texts.filter((written) => {
    const pattern = patternOf(written, /\$\{(?:[^{}]|\{[^{}]*\})*\}/)
    return !rows.some(({ text }) => pattern.test(text.replaceAll('\\n', '\n')) || text.endsWith(` ${written}`))
  })
  expect(unknown).toEqual([])
})

test.each(tableBelow(page, '### On standard error').map(([text = '']) => [text.replaceAll('`', '')]))(
  'run() writes to standard error: %s',
  (text) => {
    const pieces = text
      .split(/\{\w+\}|\\n/)
      .map((piece) => piece.trim())
      .filter((piece) => piece.length > 2)
    const code = (sources.get('core') ?? []).map((source) => source.code)
    expect(code.some((written) => pieces.every((piece) => written.includes(piece)))).toBe(true)
  },
)
