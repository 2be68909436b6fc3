import { afterEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import {
  buildRegistry,
  choosePlugin,
  ClientHub,
  clientKey,
  createHost,
  defineModule,
  HostError,
  inject,
  Module,
  ModuleCtx,
  type HostOptions,
  type ModuleClass,
} from '@modkit/core'
import {
  FakeClock,
  LifecycleRunner,
  LocalProcessBackend,
  silentLogger,
  type LifecycleRunnerOptions,
  type OopModuleConfig,
} from '@modkit/core/spi'
import { RecordedLog } from '../support/recorded-log.js'

// Behaviours 21 to 32 of the original, as the design amends them, through the public doors.

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface BackendKit {
  readonly backend: LocalProcessBackend
  readonly clock: FakeClock
  readonly log: RecordedLog
  readonly controller: AbortController
}

function backendKit(): BackendKit {
  const controller = new AbortController()
  const clock = new FakeClock()
  const log = new RecordedLog()
  const backend = new LocalProcessBackend({ signal: controller.signal, logger: log.logger, clock })
  cleanups.push(() => backend.shutdownAll())
  return { backend, clock, log, controller }
}

const child = (script: string, more: Partial<OopModuleConfig> = {}): OopModuleConfig => ({
  name: 'calc',
  backend: 'local_process',
  binary: '/bin/sh',
  args: ['-c', script],
  env: {},
  ...more,
})

function caught(work: () => unknown): HostError {
  try {
    work()
  } catch (error) {
    return error as HostError
  }
  throw new Error('It did not fail.')
}

const problemsOf = (modules: readonly ModuleClass[]): readonly HostError[] =>
  (caught(() => buildRegistry(modules)).details as { problems: HostError[] }).problems

const plain = (name: string, deps: string[] = [], capabilities: string[] = []): ModuleClass =>
  defineModule({ name, deps, capabilities } as never, class { restPrepare() {} restApi() {} restFinalize() {} boundEndpoint() {} } as never) // prettier-ignore

describe('behaviours 21 to 26: child processes', () => {
  test('21: another kind of backend is refused first, then a missing executable', async () => {
    const { backend } = backendKit()
    const without = { name: 'calc', args: [], env: {} }
    await expect(backend.spawnInstance({ ...without, backend: 'k8s' })).rejects.toThrow('can only spawn LocalProcess')
    await expect(backend.spawnInstance({ ...without, backend: 'local_process' })).rejects.toThrow(
      'executable_path must be set',
    )
  })

  test('22: an instance has a UUID of version 7, is listed under its module alone, and is gone once stopped', async () => {
    const { backend } = backendKit()
    const handle = await backend.spawnInstance(child('exec sleep 30'))
    expect(handle.instanceId[14]).toBe('7')
    await expect(backend.listInstances('calc')).resolves.toEqual([handle])
    await expect(backend.listInstances('other')).resolves.toEqual([])
    await backend.stopInstance(handle)
    await expect(backend.listInstances('calc')).resolves.toEqual([])
  })

  test('23: stopping an unknown instance is no error', async () => {
    const { backend } = backendKit()
    const handle = await backend.spawnInstance(child('exec sleep 30'))
    await backend.stopInstance(handle)
    await expect(backend.stopInstance(handle)).resolves.toBeUndefined()
  })

  test('24: the signal of the backend ends every child in parallel, by force after 5 s, and empties the list', async () => {
    const { backend, clock, log, controller } = backendKit()
    const deaf = child(`trap '' TERM; echo up; while :; do sleep 0.05; done`)
    for (let i = 0; i < 3; i++) await backend.spawnInstance(deaf)
    await log.line(({ message }) => message === 'up')
    while (log.messages().filter((message) => message === 'up').length < 3)
      await new Promise((resolve) => setImmediate(resolve))
    const startedAt = clock.monotonic()
    controller.abort()
    const ended = backend.shutdownAll()
    while (log.messages().filter((message) => message.includes('grace period expired')).length < 3) {
      await clock.advance(500)
    }
    expect(clock.monotonic() - startedAt).toBe(5_000)
    await clock.advance(2_000)
    await ended
    await expect(backend.listInstances('calc')).resolves.toEqual([])
    await expect(backend.spawnInstance(deaf)).rejects.toMatchObject({ code: 'SPAWN_REFUSED' })
  })

  test('25: a missing working directory is a warning; a missing executable is an error that names it', async () => {
    const { backend, log } = backendKit()
    await backend.spawnInstance(child('pwd', { workingDirectory: '/no/such/directory' }))
    await expect(log.line(process.cwd())).resolves.toMatchObject({ level: 'info' })
    expect(log.messages('warn')).toContain('Working directory does not exist or is not a directory, using current dir')
    await expect(backend.spawnInstance(child('', { binary: '/no/such/binary' }))).rejects.toThrow('/no/such/binary')
  })

  test('26: output is logged at the level that a line names, JSON first, with module, instance and stream', async () => {
    const { backend, log } = backendKit()
    const lines = ['{"level":"WARN","msg":"json"}', '2026-01-01 ERROR plain', '2026-01-01 Error mixed', 'hello']
    const handle = await backend.spawnInstance(
      child(lines.map((line) => `echo '${line}'`).join(';') + '; echo oops >&2'),
    )
    await log.line('oops')
    await log.line('hello')
    const fields = (stream: string): object => ({ oop_module: 'calc', oop_instance_id: handle.instanceId, stream })
    expect(log.lines).toEqual(
      expect.arrayContaining([
        { level: 'warn', message: lines[0], fields: fields('stdout') },
        { level: 'error', message: lines[1], fields: fields('stdout') },
        { level: 'info', message: lines[2], fields: fields('stdout') },
        { level: 'info', message: 'hello', fields: fields('stdout') },
        { level: 'info', message: 'oops', fields: fields('stderr') },
      ]),
    )
  })
})

describe('behaviours 27 and 28: lifecycle', () => {
  const idle = new AbortController().signal
  const untilAborted = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
  const kit = (options: Partial<LifecycleRunnerOptions> = {}): { runner: LifecycleRunner; clock: FakeClock } => {
    const clock = new FakeClock()
    const runner = new LifecycleRunner({
      name: 'task',
      run: untilAborted,
      stopTimeoutMs: 30_000,
      awaitReady: false,
      clock,
      logger: silentLogger,
      ...options,
    })
    return { runner, clock }
  }

  test('27: a second start is an error, a stop when stopped is finished, a deaf task is a timeout, concurrent stops all succeed', async () => {
    const { runner } = kit()
    await expect(runner.stop()).resolves.toBe('finished')
    await runner.start(idle)
    await expect(runner.start(idle)).rejects.toThrow('already started')
    await expect(Promise.all([runner.stop(), runner.stop()])).resolves.toEqual(['cancelled', 'cancelled'])
    expect(runner.state).toBe('stopped')
    const deaf = kit({ run: () => new Promise(() => undefined) })
    await deaf.runner.start(idle)
    const stopped = deaf.runner.stop()
    await deaf.clock.advance(30_000)
    await expect(stopped).resolves.toBe('timeout')
    expect(deaf.runner.state).toBe('stopped')
  })

  test('28: in ready mode the task is starting until it says ready; a stop works before that, and so does cancelling the start', async () => {
    const strings: { ready?: () => void } = {}
    const run = (signal: AbortSignal, ready: () => void): Promise<void> => (
      (strings.ready = ready),
      untilAborted(signal)
    )
    const ready = kit({ run, awaitReady: true })
    const started = ready.runner.start(idle)
    expect(ready.runner.state).toBe('starting')
    strings.ready?.()
    await started
    expect(ready.runner.state).toBe('running')
    await expect(ready.runner.stop()).resolves.toBe('cancelled')
    const early = kit({ run, awaitReady: true })
    const given = early.runner.start(idle).catch((error: unknown) => (error as HostError).code)
    await early.runner.stop()
    await expect(given).resolves.toBe('CANCELLED')
    const cancelled = kit({ run, awaitReady: true })
    const controller = new AbortController()
    const start = cancelled.runner.start(controller.signal).catch((error: unknown) => (error as HostError).code)
    controller.abort()
    await expect(start).resolves.toBe('CANCELLED')
    expect(cancelled.runner.state).toBe('stopped')
  })
})

describe('behaviours 29 to 31: registry, names, clients', () => {
  test('29: the registry refuses unknown dependencies, cycles, duplicates, a second REST host and a second hub', () => {
    const found = problemsOf([
      plain('a', ['nope']), plain('b', ['c']), plain('c', ['b']), plain('d', ['b']), plain('dup'), plain('dup'),
      plain('g1', [], ['rest_host', 'grpc_hub']), plain('g2', [], ['rest_host', 'grpc_hub']),
    ]) // prettier-ignore
    expect(found.map(({ code, details }) => [code, details])).toEqual([
      ['MODULE_DUPLICATE', expect.objectContaining({ module: 'dup' })],
      ['MULTIPLE_REST_HOSTS', { modules: ['g1', 'g2'] }],
      ['MULTIPLE_GRPC_HUBS', { modules: ['g1', 'g2'] }],
      ['DEPENDENCY_UNKNOWN', expect.objectContaining({ module: 'a', dependency: 'nope' })],
      ['DEPENDENCY_CYCLE', { path: ['b', 'c', 'b'] }],
    ])
  })

  test('30: the decorator refuses illegal names, unknown capabilities, bad durations and a missing name', () => {
    for (const name of ['my_module', 'Users', '-a', 'a-', 'a--b', ''])
      expect(caught(() => Module({ name })).code).toBe('MODULE_NAME_INVALID')
    expect(caught(() => Module({ name: 'my_module' })).hint).toBe('Write "my-module" instead.')
    const unknown = caught(() => Module({ name: 'a', capabilities: ['rst'] as never }))
    expect(unknown.hint).toContain('Did you mean "rest" or "rest_host"?')
    expect(
      caught(() => Module({ name: 'a', capabilities: ['stateful'], lifecycle: { stopTimeout: '1.5s' } })).code,
    ).toBe('DURATION_INVALID')
    expect(caught(() => Module({} as never)).code).toBe('MODULE_NAME_INVALID')
  })

  test('31: the last registration wins while old references work, scopes are independent, and the lowest priority of a vendor wins', () => {
    const hub = new ClientHub()
    const key = clientKey<{ n: number }>('counter')
    const first = { n: 1 }
    hub.register(key, first)
    const held = hub.get(key)
    hub.register(key, { n: 2 })
    expect([held.n, hub.get(key).n]).toEqual([1, 2])
    hub.registerScoped(key, 'eu', { n: 3 })
    expect([hub.getScoped(key, 'eu').n, hub.tryGetScoped(key, 'us'), hub.size]).toEqual([3, undefined, 2])
    expect(hub.remove(key)).toEqual({ n: 2 })
    expect([hub.tryGet(key), hub.getScoped(key, 'eu').n]).toEqual([undefined, 3])
    expect(caught(() => hub.get(key)).details).toMatchObject({ client: 'counter' })
    expect(caught(() => hub.getScoped(key, 'us')).details).toMatchObject({ client: 'counter', scope: 'us' })
    hub.clear()
    expect(hub.size).toBe(0)
    const plugin = (id: string, vendor: string, priority: number): { id: string; content: object } => ({
      id,
      content: { id, vendor, priority },
    })
    const plugins = [plugin('a', 'acme', 20), plugin('b', 'acme', 10), plugin('c', 'other', 1), plugin('d', 'acme', 10)]
    expect(choosePlugin(plugins, 'acme').id).toBe('b')
    expect(caught(() => choosePlugin(plugins, 'none')).code).toBe('PLUGIN_NOT_FOUND')
  })
})

describe('behaviour 32: configuration', () => {
  const Settings = z.object({ size: z.number().default(1), name: z.string().default('x') })

  class Reader {
    readonly ctx = inject(ModuleCtx)
  }
  const reader = defineModule({ name: 'the-reader' }, Reader)

  async function hostWith(config: HostOptions['config']): Promise<ModuleCtx> {
    const host = createHost({ modules: [reader], logger: silentLogger, ...(config !== undefined && { config }) })
    cleanups.push(() => host.stop())
    await host.start()
    return host.module(reader).ctx
  }

  async function yaml(text: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'modkit-config-'))
    cleanups.push(() => rm(directory, { recursive: true }))
    await writeFile(join(directory, 'app.yaml'), text)
    return join(directory, 'app.yaml')
  }

  function setEnv(name: string, value: string): void {
    process.env[name] = value
    cleanups.push(() => Reflect.deleteProperty(process.env, name))
  }

  test('defaults are overridden by YAML, and that by APP__ variables, whose texts the schema turns into values', async () => {
    const file = await yaml('modules: { the-reader: { config: { size: 2, name: from-yaml } } }')
    expect((await hostWith(file)).config(Settings)).toEqual({ size: 2, name: 'from-yaml' })
    setEnv('APP__MODULES__THE_READER__CONFIG__SIZE', '3')
    expect((await hostWith(file)).config(Settings)).toEqual({ size: 3, name: 'from-yaml' })
    expect((await hostWith(undefined)).config(Settings)).toEqual({ size: 3, name: 'x' })
  })

  test('unknown keys, a broken file and a missing file are errors, with all problems and their places', async () => {
    const file = await yaml('servr: {}\nserver: { home: x }\nmodules: { the-reader: { confg: {} } }\n')
    const error = await hostWith(file).catch((thrown: unknown) => thrown as HostError)
    const { problems } = (error as HostError).details as { problems: HostError[] }
    expect(problems.map(({ message, hint }) => `${message} ${hint ?? ''}`)).toEqual([
      expect.stringMatching(/"servr".*app\.yaml:1:.*"server"/s),
      expect.stringMatching(/"server.home".*app\.yaml:2:.*"home_dir"/s),
      expect.stringMatching(/"modules.the-reader.confg".*app\.yaml:3:.*"config"/s),
    ])
    await expect(hostWith('/no/such/file.yaml')).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_FOUND' })
    await expect(yaml('a: [').then(hostWith)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test('a lenient read falls back to defaults; a strict one has four distinct errors', async () => {
    const entry = (value: unknown): Promise<ModuleCtx> => hostWith({ moduleConfig: () => value })
    const [none, bare, wrong] = await Promise.all([entry(undefined), entry({}), entry({ config: { size: 'big' } })])
    expect(none.config(Settings)).toEqual({ size: 1, name: 'x' })
    expect(caught(() => none.configRequired(Settings)).details).toMatchObject({ missing: 'module' })
    expect(caught(() => bare.configRequired(Settings)).details).toMatchObject({ missing: 'config' })
    expect(caught(() => wrong.config(Settings)).details).toMatchObject({ problem: 'schema' })
    await expect(entry('text')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    expect(
      HostError.find(await entry('text').catch((error: unknown) => error), 'MODULE_CONFIG_INVALID')?.details.problem,
    ).toBe('structure')
  })
})
