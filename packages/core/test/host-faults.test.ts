import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import {
  createHost,
  defineModule,
  HostError,
  inject,
  type Host,
  type HostOptions,
  type Logger,
  type ModuleCtx,
} from '@modkit/core'
import { FakeClock, silentLogger, type ModuleBackend } from '@modkit/core/spi'
import { RecordedLog } from './support/recorded-log.js'
import { Recorder } from './support/recording-module.js'

// What happens when those who take part in a shutdown misbehave.

async function started(options: HostOptions): Promise<{ host: Host; clock: FakeClock; log: RecordedLog }> {
  const clock = new FakeClock()
  const log = new RecordedLog()
  const host = createHost({ config: {}, clock, logger: log.logger, ...options })
  await host.start()
  return { host, clock, log }
}

const stateful = { capabilities: ['stateful'] } as const

test('a module that hears of the shutdown and stops the host in turn gets the same shutdown, not a second one', async () => {
  const r = new Recorder()
  const holder: { host?: Host; states: string[] } = { states: [] }
  const listen = (signal: AbortSignal): void => {
    signal.addEventListener('abort', () => {
      holder.states.push(holder.host?.state ?? '')
      void holder.host?.stop('in turn')
    })
  }
  const modules = [r.module('a', stateful, { start: listen }), r.module('b', stateful)]
  const { host } = await started({ modules })
  holder.host = host
  const report = await host.stop('first')
  expect(report.reason).toBe('first')
  expect(r.of('stop')).toEqual(['b stop', 'a stop'])
  expect(holder.states).toEqual(['stopping'])
})

describe('a provider that cannot be disposed of', () => {
  test.each([
    ['throws', { dispose: () => { throw new Error('stuck') } }], // prettier-ignore
    ['rejects', { dispose: () => Promise.reject(new Error('stuck')) }],
    ['refuses to be looked at', { get dispose(): never { throw new Error('stuck') } }], // prettier-ignore
    ['has no prototype', Object.assign(Object.create(null) as object, { dispose: () => { throw new Error('stuck') } })], // prettier-ignore
  ])('because it %s is reported, and everything after it still stops', async (_how, provider) => {
    class User {
      readonly provider = inject('provider')
    }
    const r = new Recorder()
    const user = defineModule({ name: 'user', deps: ['base'], providers: [{ provide: 'provider', useFactory: () => provider }] }, User) // prettier-ignore
    const { host, log } = await started({ modules: [r.module('base', stateful), user] })
    await host.stop()
    expect(r.of('stop')).toEqual(['base stop'])
    expect(host.state).toBe('stopped')
    expect(log.messages('warn')).toEqual(['Failed to dispose of a provider'])
  })
})

test('a logger that throws, and whose flush throws, changes nothing', async () => {
  const fail = (): never => {
    throw new Error('no log')
  }
  const broken: Logger & { flush(): never } = { trace: fail, debug: fail, info: fail, warn: fail, error: fail, child: () => broken, flush: fail } // prettier-ignore
  const r = new Recorder()
  const { host } = await started({ modules: [r.module('a', stateful), r.module('b', stateful)], logger: broken })
  await expect(host.stop()).resolves.toMatchObject({ leftBehind: [] })
  expect(r.of('stop')).toEqual(['b stop', 'a stop'])
})

test('a logger that makes no children lets modules log all the same', async () => {
  const lines: string[] = []
  const say = (message: string): void => void lines.push(message)
  const fail = (): never => {
    throw new Error('no children')
  }
  const childless: Logger = { trace: say, debug: say, info: say, warn: say, error: say, child: fail }
  const loud = defineModule(
    { name: 'loud' },
    class {
      init(ctx: ModuleCtx): void {
        ctx.logger.info('here I am')
      }
    },
  )
  const { host } = await started({ modules: [loud], logger: childless })
  await host.stop()
  expect(lines).toContain('here I am')
})

test('every backend is told to end its children, and waited for, although the first one fails', async () => {
  const ended: string[] = []
  const backend = (kind: string, shutdownAll: () => Promise<void>): ModuleBackend => ({
    kind,
    spawnInstance: ({ name }) =>
      Promise.resolve({ module: name, instanceId: '', backend: kind, pid: undefined, createdAt: 0 }),
    stopInstance: () => Promise.resolve(),
    listInstances: () => Promise.resolve([]),
    shutdownAll,
  })
  const backends = [
    backend('first', () => { throw new Error('broken') }), // prettier-ignore
    backend('second', async () => {
      await new Promise((resolve) => setImmediate(resolve))
      ended.push('second')
    }),
  ]
  const config = { modules: { calc: { runtime: { type: 'oop', execution: { executable_path: '/opt/calc' } } } } }
  const { host } = await started({ modules: [], config, backends })
  await expect(host.stop()).resolves.toMatchObject({ steps: [{ step: 'children', outcome: 'failed' }] })
  expect(ended).toEqual(['second'])
})

test('a REST host without a life of its own is drained all the same', async () => {
  const r = new Recorder()
  const { host } = await started({ modules: [r.module('gw', { capabilities: ['rest_host'] })] })
  await host.stop()
  expect(r.of('drain')).toEqual(['gw drain'])
})

test('what a start that was given up left behind stands in the report of the shutdown', async () => {
  const r = new Recorder()
  const clock = new FakeClock()
  const slow = r.module('slow', {}, { init: () => new Promise(() => undefined) })
  const host = createHost({ modules: [slow], config: {}, clock, logger: silentLogger, startDeadline: '2s' })
  const failed = host.start().catch(() => undefined)
  await clock.advance(2_000)
  await failed
  await expect(host.stop()).resolves.toMatchObject({
    leftBehind: ['init() of module "slow"'],
    startError: { code: 'PHASE_FAILED' },
  })
})

test('an instance is given for the class that it was constructed from, not for another of the same name', async () => {
  const mine = defineModule({ name: 'a' }, class {})
  const other = defineModule({ name: 'a' }, class {})
  const { host } = await started({ modules: [mine] })
  expect(host.module(mine)).toBeInstanceOf(mine)
  expect(() => host.module(other)).toThrow(expect.objectContaining({ code: 'MODULE_NOT_FOUND' }))
  await host.stop()
})

test('a host that migrates is stopping while it closes', async () => {
  const states: string[] = []
  const holder: { host?: Host } = {}
  class Pool {
    dispose(): void {
      states.push(holder.host?.state ?? '')
    }
  }
  class User {
    readonly pool = inject(Pool)
  }
  const host = createHost({
    modules: [defineModule({ name: 'user', providers: [Pool] }, User)],
    config: {},
    logger: silentLogger,
  })
  holder.host = host
  await host.migrate()
  expect(states).toEqual(['stopping'])
})

test('what is wrong with the configuration itself and with the section of a module comes in one error', async () => {
  const users = defineModule({ name: 'users', config: z.strictObject({ size: z.number() }) }, class {})
  const config = { loging: {}, modules: { users: { config: { size: 'big' } } } }
  const host = createHost({ modules: [users], config, logger: silentLogger })
  const error = HostError.find(await host.start().catch((thrown: unknown) => thrown), 'CONFIG_INVALID')
  expect(error?.details.problems.map(({ code }) => code)).toEqual(['CONFIG_VALUE_INVALID', 'MODULE_CONFIG_INVALID'])
})

test('a shutdown promise that rejects before the start, or without one, is no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const listener = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', listener)
  try {
    createHost({ modules: [], config: {}, shutdown: Promise.reject(new Error('upstream gone')) })
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.off('unhandledRejection', listener)
  }
  expect(unhandled).toEqual([])
})
