import { describe, expect, test } from '@jest/globals'
import { HostError, type GrpcServiceRegistration, type HostOptions, type RestOwner } from '@modkit/core'
import type { ModuleBackend, OopModuleConfig } from '@modkit/core/spi'
import { Child } from '../support/child.js'
import { failure, hostOf } from '../support/hosts.js'
import { Recorder } from '../support/recording-module.js'

// Behaviours 1 to 20 of the original, as the design amends them, through the public doors.

const stateful = { capabilities: ['stateful'] } as const
const service = (serviceName: string): GrpcServiceRegistration => ({ serviceName, definition: {}, implementation: {} })

describe('behaviours 1 to 8: stopping', () => {
  test('1: modules a, b (deps a), c (deps b) are ordered a, b, c and stop c, b, a', async () => {
    const r = new Recorder()
    const { host } = hostOf({
      modules: [
        r.module('c', { ...stateful, deps: ['b'] }),
        r.module('b', { ...stateful, deps: ['a'] }),
        r.module('a', stateful),
      ],
    })
    expect(host.registry.entries.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    await host.start()
    await host.stop()
    expect(r.of('stop')).toEqual(['c stop', 'b stop', 'a stop'])
  })

  test('2: a failing stop is a warning; the others stop, and the stop as a whole succeeds', async () => {
    const r = new Recorder()
    const { host, log } = hostOf({ modules: [r.module('a', stateful), r.module('b', stateful, { stop: () => { throw new Error('x') } })] }) // prettier-ignore
    await host.start()
    await expect(host.stop()).resolves.toMatchObject({ leftBehind: [] })
    expect(r.of('stop')).toEqual(['b stop', 'a stop'])
    expect(log.lines).toContainEqual({
      level: 'warn',
      message: 'Failed to stop module',
      fields: { module: 'b', error: new Error('x') },
    })
  })

  test('3: the signal of stop is not aborted at first, although the root signal is', async () => {
    const r = new Recorder()
    const seen: boolean[] = []
    const module = r.module('a', stateful, {
      start: (root: AbortSignal) => void root.addEventListener('abort', () => seen.push(root.aborted)),
      stop: (deadline: AbortSignal) => void seen.push(deadline.aborted),
    })
    const { host } = hostOf({ modules: [module] })
    await host.start()
    await host.stop()
    expect(seen).toEqual([true, false])
  })

  test('4 and 5: a stop in time never sees its deadline; a slow one is told at its deadline, and the phase ends soon after', async () => {
    const r = new Recorder()
    const deadlines: Record<string, AbortSignal> = {}
    const stopping = (name: string) => (deadline: AbortSignal) => {
      deadlines[name] = deadline
      if (name === 'quick') return Promise.resolve()
      return new Promise((resolve) => deadline.addEventListener('abort', resolve))
    }
    const modules = ['quick', 'slow'].map((name) => r.module(name, stateful, { stop: stopping(name) }))
    const { host, clock } = hostOf({ modules, shutdownDeadline: '100ms' })
    await host.start()
    const stopped = host.stop()
    await clock.advance(100)
    await expect(stopped).resolves.toMatchObject({
      leftBehind: [],
      modules: [{ module: 'slow', durationMs: 100, outcome: 'done' }, {}],
    })
    expect([deadlines['slow']?.aborted, deadlines['quick']?.aborted]).toEqual([true, false])
  })

  test('6: each module has its own full budget, whatever the others used', async () => {
    const r = new Recorder()
    const untilDeadline = (deadline: AbortSignal): Promise<unknown> =>
      new Promise((resolve) => deadline.addEventListener('abort', resolve))
    const modules = ['a', 'b', 'c'].map((name) => r.module(name, stateful, { stop: untilDeadline }))
    const { host, clock } = hostOf({ modules, shutdownDeadline: '2s' })
    await host.start()
    const stopped = host.stop()
    await clock.advance(6_000)
    expect((await stopped).modules).toMatchObject([{ durationMs: 2_000 }, { durationMs: 2_000 }, { durationMs: 2_000 }])
  })

  test('7: the shutdown deadline is 35 s by default, and an option', async () => {
    const r = new Recorder()
    const first = hostOf({ modules: [r.module('a', stateful)] }).host
    await first.start()
    expect((await first.stop()).modules).toMatchObject([{ deadlineMs: 35_000 }])
    const second = hostOf({ modules: [r.module('b', stateful)], shutdownDeadline: '7s' }).host
    await second.start()
    expect((await second.stop()).modules).toMatchObject([{ deadlineMs: 7_000 }])
  })

  test('8: a stop phase beyond the watchdog ends the process even when the event loop is blocked; a completed one disarms it', async () => {
    const script = new URL('../fixtures/run/scenarios.ts', import.meta.url)
    const blocked = new Child(script, ['stop-blocks'])
    await blocked.says('ready')
    blocked.kill('SIGTERM')
    await expect(blocked.end).resolves.toMatchObject({ code: null, signal: 'SIGKILL' })
    const fine = new Child(script, ['serves'])
    await fine.says('ready')
    fine.kill('SIGTERM')
    await expect(fine.end).resolves.toMatchObject({ code: 0, stderr: '' })
  })
})

describe('behaviours 9 to 15: phases', () => {
  test('9: all inits come before the first post_init, which only system modules have', async () => {
    const r = new Recorder()
    const { host } = hostOf({
      modules: [
        r.module('sys-a', { capabilities: ['system'] }),
        r.module('user-b', { deps: ['sys-a'] }),
        r.module('user-c', { deps: ['user-b'] }),
      ],
    })
    await host.start()
    expect(r.of('init', 'postInit')).toEqual(['sys-a init', 'user-b init', 'user-c init', 'sys-a postInit'])
    await host.stop()
  })

  test('10: pre_init, db, init, post_init, rest, grpc, start, oop_spawn, wait and stop come in exactly this order', async () => {
    const r = new Recorder()
    const all = r.module(
      'all',
      { capabilities: ['system', 'db', 'rest', 'rest_host', 'grpc', 'grpc_hub', 'stateful'] },
      { restApi: () => ({}), boundEndpoint: () => 'http://127.0.0.1:1' },
    )
    const backend = fakeBackend(
      (config) => r.events.push(`${config.name} spawned`),
      () => r.events.push('children stopped'),
    )
    const config = { modules: { child: { runtime: { type: 'oop', execution: { executable_path: '/bin/true' } } } } }
    const { host } = hostOf({ modules: [all], config, backends: [backend], database: fakeDatabase(r.events) })
    await host.start()
    await host.stop()
    expect(r.events).toEqual([
      'all preInit', 'all database', 'all migrations', 'all migrated', 'all init', 'all postInit', 'all restPrepare', 'all registerRest',
      'all restFinalize', 'all grpcServices', 'all start', 'child spawned', 'all drain', 'children stopped', 'all drain', 'all stop', 'databases closed',
    ]) // prettier-ignore
  })

  test('11: migrate() runs pre_init and migrations alone, closes what it opened, and does not wait', async () => {
    const r = new Recorder()
    const module = r.module('m', { capabilities: ['system', 'db', 'stateful'] })
    const { host } = hostOf({ modules: [module], database: fakeDatabase(r.events) })
    await expect(host.migrate()).resolves.toMatchObject({ modules: [{ module: 'm', applied: ['1'] }] })
    expect(r.events).toEqual(['m preInit', 'm database', 'm migrations', 'm migrated', 'databases closed'])
    expect(host.state).toBe('stopped')
  })

  test('12: pre_init runs on system modules in topological order; cancelled beforehand, no hook runs', async () => {
    const r = new Recorder()
    const system = { capabilities: ['system'] } as const
    const modules = [r.module('b', { ...system, deps: ['a'] }), r.module('user'), r.module('a', system)]
    const cancelled = hostOf({ modules, shutdown: AbortSignal.abort() }).host
    expect((await failure(cancelled.start())).code).toBe('CANCELLED')
    expect(r.events).toEqual([])
    const { host } = hostOf({ modules })
    await host.start()
    expect(r.of('preInit')).toEqual(['a preInit', 'b preInit'])
    await host.stop()
  })

  test('13: cancelled before the db phase, no migration runs', async () => {
    const r = new Recorder()
    const controller = new AbortController()
    const modules = [
      r.module('s', { capabilities: ['system'] }, { preInit: () => void controller.abort() }),
      r.module('m', { capabilities: ['db'] }),
    ]
    const { host } = hostOf({ modules, shutdown: controller.signal, database: fakeDatabase(r.events) })
    expect((await failure(host.start())).code).toBe('CANCELLED')
    expect(r.events).toEqual(['s preInit', 'databases closed'])
  })

  test('14: init and start take system modules first, each group in dependency order', async () => {
    const r = new Recorder()
    const modules = [
      r.module('u2', { ...stateful, deps: ['u1'] }),
      r.module('u1', stateful),
      r.module('s2', { capabilities: ['system', 'stateful'], deps: ['s1'] }),
      r.module('s1', { capabilities: ['system', 'stateful'] }),
    ]
    const { host } = hostOf({ modules })
    await host.start()
    for (const hook of ['init', 'start'])
      expect(r.of(hook)).toEqual(['s1', 's2', 'u1', 'u2'].map((name) => `${name} ${hook}`))
    await host.stop()
  })

  test.each([
    ['preInit', 'pre_init'],
    ['migrations', 'db'],
    ['init', 'init'],
    ['start', 'start'],
  ])('15: a failing %s names its module and phase, and later phases do not run', async (hook, phase) => {
    const r = new Recorder()
    const module = r.module('m', { capabilities: ['system', 'db', 'stateful'] }, { [hook]: () => { throw new Error('x') } }) // prettier-ignore
    const { host } = hostOf({ modules: [module], database: fakeDatabase([]) })
    expect(await failure(host.start())).toMatchObject({
      code: 'PHASE_FAILED',
      details: { phase, module: 'm' },
      cause: { message: 'x' },
    })
    expect(r.events.at(-1)).toBe(`m ${hook}`)
  })
})

describe('behaviours 16 to 20: REST, gRPC, other processes', () => {
  test('16: routes without a REST host are REST_REQUIRES_HOST; without either the phase does nothing', async () => {
    const r = new Recorder()
    expect((await failure(hostOf({ modules: [r.module('m', { capabilities: ['rest'] })] }).host.start())).code).toBe(
      'REST_REQUIRES_HOST',
    )
    const { host } = hostOf({ modules: [r.module('plain')] })
    await host.start()
    expect(host.report.phases.find(({ phase }) => phase === 'rest')).toMatchObject({ outcome: 'ok', modules: [] })
    await host.stop()
  })

  test('17: prepare, then every rest module in topological order with the host’s own API, then finalize', async () => {
    const r = new Recorder()
    const given: unknown[] = []
    const apis: Record<string, object> = { b: {}, a: {} }
    const gateway = r.module(
      'gw',
      { capabilities: ['rest_host'] },
      { restApi: ({ module }: RestOwner) => apis[module] },
    )
    const rest = (name: string, deps: string[]): ReturnType<Recorder['module']> =>
      r.module(
        name,
        { deps, capabilities: ['rest'] },
        { registerRest: (_ctx: unknown, api: unknown) => void given.push(api) },
      )
    const { host } = hostOf({ modules: [rest('b', ['a']), gateway, rest('a', [])] })
    await host.start()
    expect(r.of('restPrepare', 'registerRest', 'restFinalize')).toEqual([
      'gw restPrepare',
      'a registerRest',
      'b registerRest',
      'gw restFinalize',
    ])
    expect(given).toEqual([apis['a'], apis['b']])
    expect(given[0]).toBe(apis['a'])
    await host.stop()
  })

  test('18: services without a hub are GRPC_REQUIRES_HUB; one service twice is an error that names it; a hub gets an empty set too', async () => {
    const r = new Recorder()
    const grpc = (name: string): ReturnType<Recorder['module']> =>
      r.module(name, { capabilities: ['grpc'] }, { grpcServices: () => Promise.resolve([service('calc.v1.Calc')]) })
    expect((await failure(hostOf({ modules: [grpc('a')] }).host.start())).code).toBe('GRPC_REQUIRES_HUB')
    const hub = r.module('hub', { capabilities: ['grpc_hub'] })
    const error = await failure(hostOf({ modules: [grpc('a'), grpc('b'), hub] }).host.start())
    expect(HostError.find(error, 'GRPC_SERVICE_DUPLICATE')?.details).toEqual({
      service: 'calc.v1.Calc',
      modules: ['a', 'b'],
    })
    let taken: unknown
    const taker = r.module('taker', { capabilities: ['grpc_hub', 'system', 'stateful'] }, {
      preInit: (sys: { grpcInstallers: { take(): unknown } }) => void Object.assign(box, { sys }),
      start: () => void (taken = box.sys?.grpcInstallers.take()),
    }) // prettier-ignore
    const box: { sys?: { grpcInstallers: { take(): unknown } } } = {}
    const { host } = hostOf({ modules: [taker] })
    await host.start()
    expect(taken).toEqual([])
    await host.stop()
  })

  test('19: a child gets its configuration and the hub’s endpoint, which win over what is configured, and its arguments untouched', async () => {
    const r = new Recorder()
    const spawned: OopModuleConfig[] = []
    const hub = r.module('hub', { capabilities: ['grpc_hub'] }, { boundEndpoint: () => 'http://127.0.0.1:50051' })
    const execution = {
      executable_path: '/opt/calc',
      args: ['--config', 'x y'],
      environment: { MODKIT_MODULE_CONFIG: 'no', MODKIT_DIRECTORY_ENDPOINT: 'no', MINE: 'yes' },
    }
    const config = { modules: { calc: { config: { scale: 2 }, runtime: { type: 'oop', execution } } } }
    const { host, log } = hostOf({
      modules: [hub, r.module('user', { deps: ['calc'] })],
      config,
      backends: [fakeBackend((spawn) => spawned.push(spawn))],
    })
    await host.start()
    expect(spawned).toMatchObject([
      {
        name: 'calc',
        binary: '/opt/calc',
        args: ['--config', 'x y'],
        env: { MINE: 'yes', MODKIT_DIRECTORY_ENDPOINT: 'http://127.0.0.1:50051', MODKIT_MODULE: 'calc' },
      },
    ])
    const env: OopModuleConfig['env'] = spawned[0]?.env ?? {}
    expect(JSON.parse(env['MODKIT_MODULE_CONFIG'] ?? '')).toMatchObject({ config: { scale: 2 } })
    expect(env['MODKIT_INSTANCE_ID']).toMatch(/^[0-9a-f-]{36}$/)
    expect(env['MODKIT_DIRECTORY_TOKEN']).toMatch(/^[\w-]{43}$/)
    expect(host.registry.get('calc')).toMatchObject({ placement: 'moved', instance: undefined })
    expect(log.lines).toContainEqual({
      level: 'info',
      message: 'Spawned OoP module via backend',
      fields: { module: 'calc', directory_endpoint: 'http://127.0.0.1:50051' },
    })
    await host.stop()
  })

  test('20: a hub that has no endpoint after 5 s is said to have none, and children are spawned without it', async () => {
    const r = new Recorder()
    const spawned: OopModuleConfig[] = []
    const config = { modules: { calc: { runtime: { type: 'oop', execution: { executable_path: '/opt/calc' } } } } }
    const { host, clock, log } = hostOf({
      modules: [r.module('hub', { capabilities: ['grpc_hub'] })],
      config,
      backends: [fakeBackend((spawn) => spawned.push(spawn))],
    })
    const started = host.start()
    await clock.advance(4_990)
    expect(spawned).toEqual([])
    await clock.advance(30)
    await started
    expect(spawned[0]?.env).not.toHaveProperty('MODKIT_DIRECTORY_ENDPOINT')
    expect(log.messages('warn')).toEqual(['Timed out waiting for gRPC hub to bind'])
    await host.stop()
  })
})

function fakeBackend(
  onSpawn: (config: OopModuleConfig) => void,
  onShutdown: () => void = () => undefined,
): ModuleBackend {
  return {
    kind: 'mock',
    spawnInstance: (config) => {
      onSpawn(config)
      return Promise.resolve({
        module: config.name,
        instanceId: config.env['MODKIT_INSTANCE_ID'] ?? '',
        backend: 'mock',
        pid: undefined,
        createdAt: 0,
      })
    },
    stopInstance: () => Promise.resolve(),
    listInstances: () => Promise.resolve([]),
    shutdownAll: () => {
      onShutdown()
      return Promise.resolve()
    },
  }
}

function fakeDatabase(events: string[]): Exclude<HostOptions['database'], 'none' | undefined> {
  return {
    isConfigured: () => true,
    resolve: (module) => {
      events.push(`${module} database`)
      return Promise.resolve(undefined)
    },
    migrate: (module) => {
      events.push(`${module} migrated`)
      return Promise.resolve({ module, applied: ['1'], skipped: [], durationMs: 0 })
    },
    close: () => {
      events.push('databases closed')
      return Promise.resolve()
    },
  }
}
