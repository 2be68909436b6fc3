import { describe, expect, test } from '@jest/globals'
import { defineModule, type HostOptions, type ModuleClass } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { failure, hostOf } from './support/hosts.js'
import { Recorder } from './support/recording-module.js'

type DatabaseManager = Exclude<HostOptions['database'], 'none' | undefined>

const fails = (): never => {
  throw new Error('boom')
}

function database(parts: Partial<DatabaseManager>): DatabaseManager {
  return {
    isConfigured: () => false,
    resolve: () => Promise.resolve(undefined),
    migrate: fails,
    close: () => Promise.resolve(),
    ...parts,
  }
}

/** Calls whoever waits for it when it is told to, and returns nothing, as old libraries do. */
class OldThenable {
  settle = (): void => undefined
  then(resolve: () => void): void {
    this.settle = resolve
  }
}

const rejectingThenable = { then: (_resolve: unknown, reject: (error: Error) => void) => reject(new Error('boom')) }

const ofHook = (hook: string, result: unknown): ModuleClass =>
  new Recorder().module('m', { capabilities: ['stateful'] }, { [hook]: () => result })

describe.each(['init', 'start'])('a thenable of another make, from %s', (hook) => {
  test('is waited for', async () => {
    const thenable = new OldThenable()
    const { host, log, clock } = hostOf({ modules: [ofHook(hook, thenable)] })
    const started = host.start()
    await clock.advance(0)
    const done = hook === 'init' ? 'Initialized a module.' : 'Started module'
    expect(log.messages()).not.toContain(done)
    expect(host.state).toBe('starting')
    thenable.settle()
    await started
    expect(log.messages()).toContain(done)
    await host.stop()
  })

  test('may reject', async () => {
    const { host } = hostOf({ modules: [ofHook(hook, rejectingThenable)] })
    expect(await failure(host.start())).toMatchObject({ code: 'PHASE_FAILED', cause: { message: 'boom' } })
  })
})

test.each(['postInit', 'restPrepare'])('a `then` that cannot even be looked at fails %s', async (hook) => {
  const trap = Object.defineProperty({}, 'then', { get: fails })
  const module = new Recorder().module('m', { capabilities: ['system', 'rest_host'] }, { [hook]: () => trap })
  const { host } = hostOf({ modules: [module] })
  const error = await failure(host.start())
  expect(error).toMatchObject({ code: 'PHASE_FAILED', details: { module: 'm' }, cause: { message: 'boom' } })
  expect(host.report.phases.at(-1)?.modules.at(-1)).toMatchObject({ module: 'm', outcome: 'failed', error: 'boom' })
})

test('a synchronous hook may return a thenable that throws when it is asked', async () => {
  const module = new Recorder().module('m', { capabilities: ['rest_host'] }, { restPrepare: () => ({ then: fails }) })
  const error = await failure(hostOf({ modules: [module] }).host.start())
  expect(error.cause).toMatchObject({ code: 'HOOK_MUST_BE_SYNC', details: { hook: 'restPrepare' } })
})

describe('a database manager that throws instead of answering', () => {
  test('fails the phase', async () => {
    const { host } = hostOf({ modules: [new Recorder().module('m')], database: database({ isConfigured: fails }) })
    const error = await failure(host.start())
    expect(error).toMatchObject({ code: 'PHASE_FAILED', details: { phase: 'db', module: 'm' } })
  })

  test('costs an optional module, not the host', async () => {
    const module = new Recorder().module('m', { optional: true })
    const { host } = hostOf({ modules: [module], database: database({ isConfigured: fails }) })
    await host.start()
    expect(host.report.degradations).toEqual([{ module: 'm', reason: 'boom' }])
    await host.stop()
  })
})

test('a provider that is wrong is found before there are databases to close', async () => {
  const config = { modules: { m: { database: { engine: 'none of ours' } } } }
  const modules = [defineModule({ name: 'm', providers: [{ provide: 'x' } as never] }, class {})]
  expect((await failure(hostOf({ modules, config }).host.start())).code).toBe('PROVIDER_INVALID')
})

/** A clock on which the second wait of a host, for its assembly, is over before that can be done. */
class ImpatientClock extends FakeClock {
  #waits = 0
  override after(ms: number, callback: () => void): ReturnType<FakeClock['after']> {
    if (++this.#waits === 2) queueMicrotask(callback)
    return super.after(ms, callback)
  }
}

test('databases that are there only when the start has been given up are closed', async () => {
  let close = (): void => undefined
  const closed = new Promise<void>((resolve) => (close = resolve))
  const manager = database({ close: () => Promise.resolve(close()) })
  const { host } = hostOf({ modules: [], clock: new ImpatientClock(), backends: [], database: manager })
  const error = await failure(host.start())
  expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { operation: 'Putting the host together' } })
  await closed
})
