import { describe, expect, test } from '@jest/globals'
import {
  clientKey,
  clientRegistration,
  createHost,
  defineModule,
  HostError,
  inject,
  ModuleCtx,
  type Host,
} from '@modkit/core'
import type { ModuleBackend } from '@modkit/core/spi'
import { failure, hostOf, recordingBackend } from './support/hosts.js'
import { Recorder } from './support/recording-module.js'

const never = (): Promise<never> => new Promise(() => undefined)

describe('the order of a host’s life', () => {
  test('all inits come before the first post_init, and only system modules have one', async () => {
    const r = new Recorder()
    const modules = [
      r.module('user-b', { deps: ['sys-a'] }),
      r.module('user-c', { deps: ['user-b'] }),
      r.module('sys-a', { capabilities: ['system'] }),
    ]
    const { host } = hostOf({ modules })
    await host.start()
    expect(r.events).toEqual(['sys-a preInit', 'sys-a init', 'user-b init', 'user-c init', 'sys-a postInit'])
    await host.stop()
  })

  test('the REST host starts first and stops last, system modules next, and stop is the exact reverse of start', async () => {
    const r = new Recorder()
    const modules = [
      r.module('b', { deps: ['a'], capabilities: ['stateful'] }),
      r.module('sys', { capabilities: ['system', 'stateful'] }),
      r.module('a', { capabilities: ['stateful'] }),
      r.module('gw', { capabilities: ['system', 'rest_host', 'stateful'] }),
    ]
    const { host } = hostOf({ modules })
    await host.start()
    const starts = r.of('start')
    expect(starts).toEqual(['gw start', 'sys start', 'a start', 'b start'])
    await host.stop()
    expect(r.of('stop')).toEqual(starts.map((event) => event.replace('start', 'stop')).reverse())
    expect(host.state).toBe('stopped')
  })

  test('every phase runs, in order', async () => {
    const r = new Recorder()
    const all = ['system', 'db', 'rest', 'grpc', 'stateful'] as const
    const { host } = hostOf({
      modules: [r.module('m', { capabilities: [...all, 'rest_host', 'grpc_hub'] }, { restApi: () => ({}) })],
    })
    await host.start()
    expect(r.events).toEqual([
      'm preInit',
      'm init',
      'm postInit',
      'm restPrepare',
      'm registerRest',
      'm restFinalize',
      'm grpcServices',
      'm start',
    ])
    expect(host.report.phases.map(({ phase }) => phase)).toEqual([
      'construct',
      'pre_init',
      'db',
      'init',
      'post_init',
      'rest',
      'grpc',
      'start',
    ])
    await host.stop()
    expect(r.events.slice(8)).toEqual(['m drain', 'm drain', 'm stop'])
  })

  test('a host lives once', async () => {
    const { host } = hostOf({ modules: [] })
    await host.start()
    expect((await failure(host.start())).code).toBe('ALREADY_STARTED')
    await host.stop()
    expect((await failure(host.start())).code).toBe('ALREADY_STARTED')
    expect((await failure(host.migrate())).code).toBe('ALREADY_STARTED')
  })

  test('stop on a host that was never started ends its life', async () => {
    const { host } = hostOf({ modules: [] })
    await expect(host.stop()).resolves.toMatchObject({ modules: [], leftBehind: [] })
    expect(host.state).toBe('stopped')
  })

  test('createHost does nothing and never throws, whatever it is given', () => {
    expect(() => createHost({ modules: [class {}], startDeadline: 'soon', config: '/no/such/file.yaml' })).not.toThrow()
  })
})

describe('what a module is given', () => {
  test('one context for the host’s life, the same by injection and by hook, with the clients of its dependencies', async () => {
    interface Greeter {
      greet(name: string): string
    }
    const greeter = clientKey<Greeter>('greeter')
    const seen: ModuleCtx[] = []
    class Provider {
      init(ctx: ModuleCtx): void {
        ctx.clients.register(greeter, { greet: (name) => `hello ${name}` })
      }
    }
    class Consumer {
      readonly ctx = inject(ModuleCtx)
      init(ctx: ModuleCtx): void {
        seen.push(ctx, this.ctx)
      }
    }
    const consumer = defineModule({ name: 'consumer', deps: ['provider'] }, Consumer)
    const { host } = hostOf({
      modules: [consumer, defineModule({ name: 'provider', provides: [greeter] }, Provider)],
      instanceId: 'me',
    })
    await host.start()
    expect(seen[0]).toBe(seen[1])
    expect(host.module(consumer).ctx.clients.get(greeter).greet('Ada')).toBe('hello Ada')
    expect(seen[0]).toMatchObject({ moduleName: 'consumer', instanceId: 'me', db: undefined })
    expect(seen[0]?.signal.aborted).toBe(false)
    await host.stop()
    expect(seen[0]?.signal.aborted).toBe(true)
  })

  test('clients given to the host are there before any hook', async () => {
    const key = clientKey<{ n: number }>('given')
    let found: number | undefined
    class Early {
      preInit(): void {
        found = ctxOf(this).clients.get(key).n
      }
      readonly ctx = inject(ModuleCtx)
    }
    const ctxOf = (early: Early): ModuleCtx => early.ctx
    const { host } = hostOf({
      modules: [defineModule({ name: 'early', capabilities: ['system'] }, Early)],
      clients: [clientRegistration(key, { n: 7 })],
    })
    await host.start()
    expect(found).toBe(7)
    await host.stop()
  })

  test('providers are disposed of after the stop of their module, newest first, and before older modules stop', async () => {
    const events: string[] = []
    class Pool {
      [Symbol.asyncDispose](): Promise<void> {
        events.push('pool disposed')
        return Promise.resolve()
      }
    }
    class Repo {
      readonly pool = inject(Pool)
      dispose(): void {
        events.push('repo disposed')
      }
    }
    class Shop {
      readonly repo = inject(Repo)
      start(): void {}
      stop(): void {
        events.push('shop stopped')
      }
    }
    const r = new Recorder()
    const base = r.module('base', { capabilities: ['stateful'] }, { stop: () => void events.push('base stopped') })
    const shop = defineModule(
      { name: 'shop', deps: ['base'], capabilities: ['stateful'], providers: [Pool, Repo] },
      Shop,
    )
    const { host } = hostOf({ modules: [shop, base] })
    await host.start()
    await host.stop()
    expect(events).toEqual(['shop stopped', 'repo disposed', 'pool disposed', 'base stopped'])
  })
})

describe('a start that fails', () => {
  test('stops what was started, newest first, names module and phase, and ends failed', async () => {
    const r = new Recorder()
    const broken = new Error('no disk')
    const modules = [
      r.module('a', { capabilities: ['stateful'] }),
      r.module('b', { deps: ['a'], capabilities: ['stateful'] }),
      r.module('c', { deps: ['b'], capabilities: ['stateful'] }, { start: () => Promise.reject(broken) }),
      r.module('d', { deps: ['c'], capabilities: ['stateful'] }),
    ]
    const { host } = hostOf({ modules })
    const error = await failure(host.start())
    expect(error).toMatchObject({ code: 'PHASE_FAILED', details: { phase: 'start', module: 'c' }, cause: broken })
    expect(r.of('start', 'stop')).toEqual(['a start', 'b start', 'c start', 'b stop', 'a stop'])
    expect(host.state).toBe('failed')
    expect(host.report.error).toMatchObject({ code: 'PHASE_FAILED', cause: { message: 'no disk' } })
  })

  test.each([
    ['throws', () => { throw new Error('boom') }, 'boom'], // prettier-ignore
    ['rejects', () => Promise.reject(new Error('boom')), 'boom'],
    ['throws what is no error', () => { throw 'boom' }, 'A non-error was thrown: "boom".'], // prettier-ignore
    ['rejects with undefined', () => Promise.reject(), 'A non-error was thrown: undefined.'],
  ] as const)('because init %s: one error with the specific one as its cause', async (_how, init, message) => {
    const r = new Recorder()
    const { host } = hostOf({ modules: [r.module('a', {}, { init }), r.module('b', { deps: ['a'] })] })
    const error = await failure(host.start())
    expect(error).toMatchObject({ code: 'PHASE_FAILED', details: { phase: 'init', module: 'a' } })
    expect((error.cause as Error).message).toBe(message)
    expect(r.events).toEqual(['a init'])
  })

  test('because a hook never settles: its deadline ends the wait and says which hook', async () => {
    const r = new Recorder()
    const { host, clock } = hostOf({ modules: [r.module('slow', {}, { init: never })], startDeadline: '2s' })
    const failed = failure(host.start())
    await clock.advance(2_000)
    const error = await failed
    expect(error).toMatchObject({ code: 'PHASE_FAILED', details: { phase: 'init', module: 'slow' } })
    expect(error.cause).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      details: { operation: 'init() of module "slow"', afterMs: 2_000 },
    })
    expect(host.report.phases.at(-1)?.modules).toMatchObject([{ module: 'slow', outcome: 'abandoned' }])
  })

  test.each([
    ['preInit', 'system'],
    ['restPrepare', 'rest_host'],
    ['registerRest', 'rest'],
    ['restFinalize', 'rest_host'],
    ['restApi', 'rest_host'],
  ] as const)('because %s returned a promise', async (hook, capability) => {
    const r = new Recorder()
    const reactions = { restApi: () => ({}), [hook]: () => Promise.reject(new Error('late')) }
    const gateway = r.module(
      'gw',
      { capabilities: ['rest_host'] },
      capability === 'rest_host' ? reactions : { restApi: () => ({}) },
    )
    const other = r.module('m', { capabilities: ['rest', 'system'] }, reactions)
    const { host } = hostOf({ modules: [gateway, other] })
    const error = await failure(host.start())
    expect(error.code).toBe('PHASE_FAILED')
    expect(HostError.find(error, 'HOOK_MUST_BE_SYNC')?.details).toMatchObject({ hook })
  })

  test('because a constructor threw: its error comes unwrapped, and what was built is disposed of', async () => {
    let disposed = 0
    class Pool {
      dispose(): void {
        disposed++
      }
    }
    class Good {
      readonly pool = inject(Pool)
    }
    const broken = new RangeError('bad wiring')
    class Bad {
      constructor() {
        throw broken
      }
    }
    const modules = [
      defineModule({ name: 'good', providers: [Pool] }, Good),
      defineModule({ name: 'bad', deps: ['good'] }, Bad),
    ]
    const { host } = hostOf({ modules })
    await expect(host.start()).rejects.toBe(broken)
    expect(disposed).toBe(1)
    expect(host.state).toBe('failed')
  })

  test('because a module did not register the client that it provides', async () => {
    const { host } = hostOf({
      modules: [defineModule({ name: 'a', provides: [clientKey<object>('promised')] }, class {})],
    })
    const error = await failure(host.start())
    expect(error.cause).toMatchObject({ code: 'CLIENT_NOT_PROVIDED', details: { module: 'a', client: 'promised' } })
  })

  test('because routes have no gateway and services no hub: before any hook runs, but migrate() does not mind', async () => {
    const r = new Recorder()
    const routes = [r.module('m', { capabilities: ['rest'] })]
    expect((await failure(hostOf({ modules: routes }).host.start())).code).toBe('REST_REQUIRES_HOST')
    expect((await failure(hostOf({ modules: [r.module('g', { capabilities: ['grpc'] })] }).host.start())).code).toBe(
      'GRPC_REQUIRES_HUB',
    )
    expect(r.events).toEqual([])
    await expect(hostOf({ modules: routes }).host.migrate()).resolves.toMatchObject({ modules: [] })
  })

  test('with every problem of the registry at once, unwrapped', async () => {
    const r = new Recorder()
    const { host } = hostOf({ modules: [r.module('a', { deps: ['bb'] }), r.module('b', { deps: ['b'] })] })
    const error = await failure(host.start())
    expect(error.code).toBe('REGISTRY_INVALID')
    const { problems } = error.details as { problems: HostError[] }
    expect(problems.map(({ code }) => code)).toEqual(['DEPENDENCY_UNKNOWN', 'DEPENDENCY_CYCLE'])
    expect(() => host.registry).toThrow(error.message)
  })
})

describe('a start that is cancelled', () => {
  test('before any hook, when the signal had aborted already', async () => {
    const r = new Recorder()
    const { host } = hostOf({
      modules: [r.module('a', { capabilities: ['system'] })],
      shutdown: AbortSignal.abort('enough'),
    })
    expect((await failure(host.start())).code).toBe('CANCELLED')
    expect(r.events).toEqual([])
    expect(host.state).toBe('stopped')
  })

  test('gives the running hook one second, names it, stops what was started and ends stopped', async () => {
    const r = new Recorder()
    const modules = [
      r.module('a', { capabilities: ['stateful'] }),
      r.module('b', { deps: ['a'], capabilities: ['stateful'] }, { start: never }),
    ]
    const { host, clock } = hostOf({ modules })
    const failed = failure(host.start())
    await clock.advance(0)
    const stopped = host.stop('enough')
    await clock.advance(999)
    expect(host.state).toBe('starting')
    await clock.advance(1)
    expect(await failed).toMatchObject({ code: 'CANCELLED', details: { abandoned: 'start() of module "b"' } })
    expect(await stopped).toMatchObject({ reason: 'enough', modules: [{ module: 'a', outcome: 'done' }] })
    expect(r.events).toEqual(['a init', 'b init', 'a start', 'b start', 'a stop'])
    expect(host.state).toBe('stopped')
    expect(clock.pendingTimers).toBe(0)
  })

  test('by a module that stops the host from its own init', async () => {
    const r = new Recorder()
    const holder: { host?: Host } = {}
    const { host } = hostOf({
      modules: [r.module('a', {}, { init: () => void holder.host?.stop('by a') }), r.module('b', { deps: ['a'] })],
    })
    holder.host = host
    expect((await failure(host.start())).code).toBe('CANCELLED')
    expect(r.events).toEqual(['a init'])
  })

  test('in a promise that rejects: that counts as a request to end too', async () => {
    const { host } = hostOf({ modules: [], shutdown: Promise.reject(new Error('upstream gone')) })
    await host.start().catch(() => undefined)
    await expect(host.stop()).resolves.toMatchObject({ reason: 'upstream gone' })
  })

  test('a module that starts after all, when nobody waits any more, is stopped', async () => {
    const r = new Recorder()
    let finish = (): void => undefined
    const late = new Promise<void>((resolve) => (finish = resolve))
    const { host, clock, log } = hostOf({
      modules: [r.module('late', { capabilities: ['stateful'] }, { start: () => late })],
    })
    const failed = failure(host.start())
    await clock.advance(0)
    const stopped = host.stop()
    await clock.advance(1_000)
    await Promise.all([failed, stopped])
    finish()
    await log.line('Stopped module')
    expect(r.of('start', 'stop')).toEqual(['late start', 'late stop'])
  })
})

describe('stop', () => {
  test('goes on after a stop that fails, and reports it', async () => {
    const r = new Recorder()
    const modules = ['a', 'b', 'c'].map((name) =>
      r.module(
        name,
        { capabilities: ['stateful'] },
        name === 'b' ? { stop: () => Promise.reject(new Error('stuck')) } : {},
      ),
    )
    const { host, log } = hostOf({ modules })
    await host.start()
    const report = await host.stop()
    expect(r.of('stop')).toEqual(['c stop', 'b stop', 'a stop'])
    expect(report.modules.map(({ module, outcome }) => [module, outcome])).toEqual([['c', 'done'], ['b', 'failed'], ['a', 'done']]) // prettier-ignore
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'warn', message: 'Failed to stop module' }))
  })

  test('gives each module a fresh signal, which aborts at its own deadline; one second later the host goes on and names it', async () => {
    const r = new Recorder()
    const seen: { name: string; aborted: boolean; signal: AbortSignal }[] = []
    const remember = (name: string) => (signal: AbortSignal) => {
      seen.push({ name, aborted: signal.aborted, signal })
      return name === 'deaf' ? never() : undefined
    }
    const modules = ['polite', 'deaf'].map((name) =>
      r.module(name, { capabilities: ['stateful'] }, { stop: remember(name) }),
    )
    const { host, clock, log } = hostOf({ modules, shutdownDeadline: '5s' })
    await host.start()
    const stopped = host.stop()
    await clock.advance(4_999)
    expect(seen).toMatchObject([{ name: 'deaf', aborted: false, signal: { aborted: false } }])
    await clock.advance(1)
    expect(seen[0]?.signal.aborted).toBe(true)
    await clock.advance(1_000)
    const report = await stopped
    expect(seen).toMatchObject([{ name: 'deaf' }, { name: 'polite', aborted: false }])
    expect(report).toMatchObject({
      leftBehind: ['stop() of module "deaf"'],
      modules: [
        { outcome: 'abandoned', deadlineMs: 5_000 },
        { outcome: 'done', deadlineMs: 5_000 },
      ],
    })
    expect(log.lines).toContainEqual({
      level: 'warn',
      message: 'Module shutdown deadline reached, sending hard-stop signal',
      fields: { module: 'deaf', deadline_secs: 5, deadline_ms: 5_000 },
    })
    expect(clock.pendingTimers).toBe(0)
  })

  test('drains the gateway before the hub and both before modules stop, after the lame-duck time', async () => {
    const r = new Recorder()
    const modules = [
      r.module('hub', { capabilities: ['system', 'grpc_hub', 'stateful'] }),
      r.module('gw', { capabilities: ['system', 'rest_host', 'stateful'] }),
      r.module('m', { capabilities: ['stateful'] }),
    ]
    const { host, clock } = hostOf({ modules, drain: { lameDuck: '3s' } })
    await host.start()
    r.events.length = 0
    const stopped = host.stop()
    await clock.advance(2_999)
    expect(r.events).toEqual([])
    expect(host.state).toBe('stopping')
    await clock.advance(1)
    await stopped
    expect(r.events).toEqual(['gw drain', 'hub drain', 'm stop', 'hub stop', 'gw stop'])
  })

  test('every call resolves with the same report', async () => {
    const { host } = hostOf({ modules: [] })
    await host.start()
    const [first, second] = await Promise.all([host.stop('one'), host.stop('two')])
    expect(second).toBe(first)
    expect(first.reason).toBe('one')
  })
})

describe('an optional module that fails', () => {
  interface Mail {
    send(to: string): Promise<void>
  }
  const mail = clientKey<Mail>('mail')

  test('is left out of all later phases; the host runs degraded, and its clients say why they do nothing', async () => {
    const r = new Recorder()
    const modules = [
      r.module(
        'mailer',
        { optional: true, provides: [mail], capabilities: ['stateful'] },
        { init: () => Promise.reject(new Error('no smtp')) },
      ),
      r.module('users', { deps: ['mailer'], capabilities: ['stateful'] }),
    ]
    const { host, log } = hostOf({ modules })
    await host.start()
    expect(host.state).toBe('running')
    expect(r.events).toEqual(['mailer init', 'users init', 'users start'])
    expect(host.report.degradations).toEqual([{ module: 'mailer', reason: 'no smtp' }])
    await expect(host.clients.get(mail).send('x')).rejects.toMatchObject({
      code: 'CLIENT_UNAVAILABLE',
      details: { client: 'mail', module: 'mailer' },
    })
    expect(log.messages('error')).toEqual(['Optional module failed; the host goes on without it'])
    await host.stop()
    expect(r.of('stop')).toEqual(['users stop'])
  })

  test('still declares its operations, so that they can answer 503, and its owner is not available', async () => {
    const owners: { module: string; available: boolean }[] = []
    const r = new Recorder()
    const gateway = r.module(
      'gw',
      { capabilities: ['rest_host'] },
      { restApi: (owner: { module: string; available: boolean }) => (owners.push(owner), {}) },
    )
    const failing = r.module('broken', { optional: true, capabilities: ['rest'] }, { init: () => { throw new Error('x') } }) // prettier-ignore
    const { host } = hostOf({ modules: [gateway, failing, r.module('fine', { capabilities: ['rest'] })] })
    await host.start()
    expect(owners.map(({ module, available }) => [module, available])).toEqual([['broken', false], ['fine', true]]) // prettier-ignore
    await host.stop()
  })
})

test('the host’s report and its shutdown’s are plain data', async () => {
  const r = new Recorder()
  const { host } = hostOf({ modules: [r.module('a', { capabilities: ['stateful'] })] })
  await host.start()
  expect(JSON.parse(JSON.stringify(host.report))).toEqual(host.report)
  const report = await host.stop()
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})

test('a host is disposed of by stopping it', async () => {
  const r = new Recorder()
  const { host } = hostOf({ modules: [r.module('a', { capabilities: ['stateful'] })] })
  {
    await using running = await host.start()
    expect(running.state).toBe('running')
  }
  expect(r.events).toEqual(['a init', 'a start', 'a stop'])
})

describe('what a host says of its end', () => {
  test('has the time that each step and the whole took, and the reason', async () => {
    const { host, clock } = hostOf({ modules: [new Recorder().module('a')], drain: { lameDuck: '5s' } })
    await clock.advance(1_000)
    await host.start()
    const stopped = host.stop()
    await clock.advance(5_000)
    const report = await stopped
    expect(report).toMatchObject({ durationMs: 5_000, leftBehind: [] })
    expect(report.steps[0]).toEqual({ step: 'lame_duck', durationMs: 5_000, outcome: 'done' })
    expect(report).not.toHaveProperty('startError')
  })

  test('comes at once after a start that failed: nobody is served who would have to go elsewhere', async () => {
    const failing = defineModule(
      { name: 'a', capabilities: ['stateful'] },
      class {
        start(): never {
          throw new Error('no')
        }
        stop(): void {
          // There is nothing to stop.
        }
      },
    )
    const { host } = hostOf({ modules: [failing], drain: { lameDuck: '5s' } })
    // The clock stands still: whoever waited would wait for ever.
    expect(await failure(host.start())).toMatchObject({ code: 'PHASE_FAILED' })
    const report = await host.stop()
    expect(report.reason).toBe('the start failed')
    expect(report.steps.map(({ step }) => step)).not.toContain('lame_duck')
  })

  test('of a migration is that it has migrated', async () => {
    const { host } = hostOf({ modules: [new Recorder().module('a')], drain: { lameDuck: '5s' } })
    expect(await host.migrate()).toMatchObject({ modules: [] })
    expect((await host.stop()).reason).toBe('migrated')
  })

  test('names every backend that could not end its children, with its reason', async () => {
    const deaf = (reason: string): ModuleBackend => ({
      ...recordingBackend([]),
      kind: reason,
      shutdownAll: () => Promise.reject(new Error(reason)),
    })
    const moved = defineModule({ name: 'moved' }, class {})
    const { host } = hostOf({
      modules: [moved],
      backends: [deaf('deaf'), deaf('mute')],
      config: {
        modules: { moved: { runtime: { type: 'oop', backend: 'deaf', execution: { executable_path: 'x' } } } },
      },
    })
    await host.start()
    const children = (await host.stop()).steps.find(({ step }) => step === 'children')
    expect(children).toMatchObject({ outcome: 'failed' })
    expect(children?.error).toMatch(/Not every backend could end its children/)
  })

  test('that a backend is unknown comes with those that are known', async () => {
    const { host } = hostOf({
      modules: [defineModule({ name: 'moved' }, class {})],
      backends: [recordingBackend([])],
      config: { modules: { moved: { runtime: { type: 'oop', backend: 'cloud' } } } },
    })
    const error = await failure(host.start())
    expect(HostError.find(error, 'BACKEND_UNKNOWN')?.details).toEqual({
      module: 'moved',
      backend: 'cloud',
      known: ['recording'],
    })
  })
})
