import { describe, expect, test } from '@jest/globals'
import {
  clientKey,
  defineModule,
  HostError,
  type ModuleCtx,
  type HostOptions,
  type HostStatus,
  type SystemContext,
} from '@modkit/core'
import { z } from 'zod'
import { failure, hostOf, recordingBackend } from './support/hosts.js'
import { RecordedLog } from './support/recorded-log.js'
import { Recorder, type Reactions } from './support/recording-module.js'

const oop = { runtime: { type: 'oop', execution: { executable_path: '/opt/m' } } }
const problemsOf = (error: HostError): readonly string[] =>
  (error.details as { problems: readonly HostError[] }).problems.map(({ code }) => code)

/** A reaction that registers what a module provides. */
const clients = (...names: string[]): Reactions => ({
  init: (ctx: ModuleCtx) => names.forEach((name) => ctx.clients.register(clientKey<object>(name), {})),
})

describe('before any hook runs', () => {
  test('a missing gateway and a missing hub are reported together', async () => {
    const { host } = hostOf({ modules: [new Recorder().module('m', { capabilities: ['rest', 'grpc'] })] })
    const error = await failure(host.start())
    expect(error.code).toBe('REGISTRY_INVALID')
    expect(problemsOf(error)).toEqual(['REST_REQUIRES_HOST', 'GRPC_REQUIRES_HUB'])
  })

  test('a module in a process of its own needs no hub here', async () => {
    const calc = new Recorder().module('calc', { capabilities: ['grpc'] })
    const { host } = hostOf({ modules: [calc], config: { modules: { calc: oop } }, backends: [recordingBackend([])] })
    await host.start()
    await host.stop()
  })

  test('everything that keeps a module in the host is listed', async () => {
    const r = new Recorder()
    const calc = r.module('calc', {
      deps: ['ledger'],
      capabilities: ['rest', 'rest_host', 'system'],
      provides: [clientKey<object>('sums')],
    })
    const paper = r.module('paper', { capabilities: ['system'], provides: [clientKey<object>('sheets')] })
    const remote = clientKey<object>('totals', { grpc: { proto: 'ledger.proto', service: 'ledger.v1.Ledger' } })
    const provides = [clientKey<object>('entries'), remote]
    const ledger = r.module('ledger', { deps: ['paper'], capabilities: ['system'], provides })
    const config = { modules: { calc: { runtime: { type: 'oop' } } } }
    const { host } = hostOf({ modules: [calc, ledger, paper], config, backends: [recordingBackend([])] })
    const error = await failure(host.start())
    expect(error).toMatchObject({ code: 'OOP_NOT_MOVABLE', details: { module: 'calc' } })
    expect((error.details as { reasons: readonly string[] }).reasons).toEqual([
      expect.stringContaining('"rest"'),
      expect.stringContaining('"rest_host"'),
      expect.stringContaining('"system"'),
      expect.stringMatching(/its class provides "sums", whose key carries no proto service/),
      expect.stringMatching(/"ledger", which it depends on, provides "entries", whose key carries no proto service/),
      expect.stringMatching(/"paper", which it depends on, provides "sheets"/),
      expect.stringContaining('no module with the capability "grpc_hub"'),
    ])
  })

  test('so is what is wrong with the hub by which it would be called', async () => {
    const r = new Recorder()
    const hub = r.module('hub', { capabilities: ['system', 'grpc_hub'], deps: ['keys'] })
    const modules = [r.module('calc'), hub, r.module('keys', { capabilities: ['system'] })]
    const directory = { endpoint: 'http://127.0.0.1:1' }
    const config = { modules: { calc: { runtime: { type: 'oop' } }, hub: { config: { tls: {}, directory } } } }
    const { host } = hostOf({ modules, config, backends: [recordingBackend([])] })
    const error = await failure(host.start())
    expect((error.details as { reasons: readonly string[] }).reasons).toEqual([
      expect.stringContaining('modules.hub.config.directory.endpoint'),
      expect.stringContaining('modules.hub.config.tls'),
      expect.stringContaining('depends on "keys"'),
    ])
  })

  test('of a program of its own nobody asks what it depends on', async () => {
    const r = new Recorder()
    const ledger = r.module('ledger', { provides: [clientKey<object>('entries')] }, clients('entries'))
    const modules = [ledger, r.module('calc', { deps: ['ledger'], capabilities: ['db', 'grpc', 'stateful'] })]
    const { host } = hostOf({ modules, config: { modules: { calc: oop } }, backends: [recordingBackend([])] })
    await host.start()
    await host.stop()
  })

  test('what keeps several modules in the host comes together', async () => {
    const r = new Recorder()
    const modules = [r.module('a', { capabilities: ['rest'] }), r.module('b')]
    const moved = { a: oop, b: { runtime: { ...oop.runtime, backend: 'cloud' } } }
    const { host } = hostOf({ modules, config: { modules: moved }, backends: [recordingBackend([])] })
    const error = await failure(host.start())
    expect(problemsOf(error)).toEqual(['OOP_NOT_MOVABLE', 'BACKEND_UNKNOWN'])
  })

  test('the script that the children of this program would run is looked for', async () => {
    const config = { modules: { a: { runtime: { type: 'oop' } }, b: { runtime: { type: 'oop' } } } }
    const r = new Recorder()
    const modules = [r.module('a'), r.module('b')]
    const { host } = hostOf({ modules, config, entry: '/no/such/script.js', backends: [recordingBackend([])] })
    const error = HostError.find(await failure(host.start()), 'OOP_ENTRY_UNKNOWN')
    expect(error?.details).toEqual({ modules: ['a', 'b'], entry: '/no/such/script.js' })
  })

  test('problems of the modules and of their configuration come together', async () => {
    const picky = defineModule({ name: 'picky', deps: ['absent'], config: z.object({ size: z.number() }) }, class {})
    const { host } = hostOf({ modules: [picky], config: { modules: { picky: { config: { size: 'big' } }, piky: {} } } })
    const error = await failure(host.start())
    expect(error.code).toBe('REGISTRY_INVALID')
    expect(problemsOf(error)).toEqual(['DEPENDENCY_UNKNOWN', 'MODULE_CONFIG_INVALID', 'CONFIG_VALUE_INVALID'])
  })
})

describe('under a watchdog', () => {
  async function logOfRun(options: HostOptions): Promise<RecordedLog> {
    const log = new RecordedLog()
    const { host } = hostOf({ ...options, logger: log.logger, shutdown: log.line('Host is running') })
    await host.run()
    return log
  }
  const task = defineModule(
    { name: 'task', capabilities: ['stateful'], lifecycle: { stopTimeout: '14500ms' } },
    class {
      serve(): Promise<void> {
        return Promise.resolve()
      }
    },
  )

  test('deadlines beyond what it leaves are named at the start', async () => {
    const log = await logOfRun({ modules: [task], shutdownDeadline: '14500ms' })
    expect(log.lines.filter(({ message }) => message.includes('cannot be reached'))).toEqual([
      {
        level: 'warn',
        message: 'The shutdown deadline cannot be reached: the watchdog is shorter. Raise watchdog.',
        fields: { shutdown_deadline_ms: 14_500, watchdog_ms: 15_000 },
      },
      {
        level: 'warn',
        message: 'The stop timeout cannot be reached: the watchdog is shorter. Raise watchdog.',
        fields: { module: 'task', stop_timeout_ms: 14_500, watchdog_ms: 15_000 },
      },
    ])
  })

  test('a deadline that fits is not', async () => {
    const log = await logOfRun({ modules: [], shutdownDeadline: '14s' })
    expect(log.messages('warn')).toEqual([])
  })
})

describe('the boot report', () => {
  test('has the failure of a start that threw undefined', async () => {
    class Rude {
      constructor() {
        throw undefined
      }
    }
    const { host } = hostOf({ modules: [defineModule({ name: 'rude' }, Rude)] })
    await expect(host.start()).rejects.toBeUndefined()
    expect(host.report.error).toMatchObject({ message: 'undefined' })
  })

  test.each([
    ['was left behind', () => new Promise(() => undefined), 'abandoned'],
    ['gave up in time', (signal: AbortSignal) => new Promise((_, reject) => signal.addEventListener('abort', reject)), 'cancelled'],
  ] as const)('tells whether a hook %s when the start was cancelled', async (_how, start, outcome) => {
    const { host, clock } = hostOf({ modules: [new Recorder().module('m', { capabilities: ['stateful'] }, { start })] })
    const failed = failure(host.start())
    await clock.advance(0)
    const stopped = host.stop()
    await clock.advance(1_000)
    await Promise.all([failed, stopped])
    expect(host.report.phases.at(-1)?.modules).toMatchObject([{ module: 'm', outcome }])
  })
}) // prettier-ignore

test('health answers of every kind are answers: whatever is wrong counts as down', async () => {
  let status: HostStatus | undefined
  const keep = { preInit: (system: SystemContext) => void (status = system.status) }
  const saying = (name: string, health: () => unknown) => new Recorder().module(name, {}, { health })
  const trap = defineModule(
    { name: 'trap' },
    class {
      get health(): never {
        throw new Error('no')
      }
    },
  )
  const modules = [
    new Recorder().module('sys', { capabilities: ['system'] }, keep),
    saying('good', () => ({ status: 'degraded', detail: 'slow', secret: 1 })),
    saying('mute', () => undefined),
    saying('chatty', () => Promise.resolve('fine')),
    saying('odd', () => ({ status: 'great' })),
    trap,
  ]
  const { host } = hostOf({ modules })
  await host.start()
  expect(await status?.health(new AbortController().signal)).toMatchObject([
    { module: 'good', status: 'degraded', detail: 'slow' },
    { module: 'mute', status: 'down' },
    { module: 'chatty', status: 'down' },
    { module: 'odd', status: 'down' },
    { module: 'trap', status: 'down', detail: 'no' },
  ])
  await host.stop()
})
