import { expect, test } from '@jest/globals'
import { defineModule, inject, type Host } from '@modkit/core'
import type { DatabaseManager } from '@modkit/core/spi'
import { failure, hostOf } from './support/hosts.js'
import { Recorder } from './support/recording-module.js'

// What comes when the host has gone on without it.

const stateful = { capabilities: ['stateful'] } as const

test('a database that opens after its module was given up is not migrated', async () => {
  const r = new Recorder()
  let open: (value: undefined) => void = () => undefined
  const migrated: string[] = []
  const database: DatabaseManager = {
    isConfigured: () => true,
    resolve: () => new Promise((resolve) => (open = resolve)),
    migrate: async (module) => {
      migrated.push(module)
      return { module, applied: [], skipped: [], durationMs: 0 }
    },
    close: () => Promise.resolve(),
  }
  const modules = [r.module('users', { capabilities: ['db'] })]
  const { host, clock } = hostOf({ modules, database, startDeadline: '2s' })
  const failed = failure(host.start())
  await clock.advance(2_000)
  expect(await failed).toMatchObject({ code: 'PHASE_FAILED', cause: { code: 'DEADLINE_EXCEEDED' } })
  open(undefined)
  await clock.advance(0)
  expect(r.events).toEqual([])
  expect(migrated).toEqual([])
})

test('migrations that were given up are told to end, although the host may go on without their module', async () => {
  const r = new Recorder()
  const signals: AbortSignal[] = []
  const database: DatabaseManager = {
    isConfigured: () => true,
    resolve: () => Promise.resolve(undefined),
    migrate: (_, __, signal) => {
      signals.push(signal)
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('ended')))
      })
    },
    close: () => Promise.resolve(),
  }
  const modules = [r.module('users', { capabilities: ['db'], optional: true })]
  const { host, clock } = hostOf({ modules, database, startDeadline: '2s' })
  const started = host.start()
  await clock.advance(1_999)
  expect(signals).toMatchObject([{ aborted: false }])
  await clock.advance(1)
  await started
  expect(signals).toMatchObject([{ aborted: true }])
  expect(host.state).toBe('running')
  await host.stop()
})

test('a start that has failed is no cancelled one, although somebody stops the host before it is rolled back', async () => {
  const r = new Recorder()
  const holder: { host?: Host } = {}
  const fail = (): never => {
    queueMicrotask(() => void holder.host?.stop('too late'))
    throw new Error('broken')
  }
  const { host } = hostOf({ modules: [r.module('a', {}, { init: fail })] })
  holder.host = host
  expect(await failure(host.start())).toMatchObject({ code: 'PHASE_FAILED', cause: { message: 'broken' } })
  expect(host.state).toBe('failed')
})

test('a module that started late keeps its providers until it has stopped, and the shutdown waits for it', async () => {
  const r = new Recorder()
  const resolvers = new Map<string, () => void>()
  const until = (what: string): Promise<void> => new Promise((resolve) => resolvers.set(what, resolve))
  const providerOf = (name: string, dispose: () => unknown) => ({
    provide: 'provider',
    useFactory: () => ({
      dispose: () => {
        r.events.push(`${name} dispose`)
        return dispose()
      },
    }),
  })
  class Late {
    readonly provider = inject('provider')
    start(): Promise<void> {
      return until('start')
    }
    async stop(): Promise<void> {
      r.events.push('late stop')
      await until('stop')
      r.events.push('late stopped')
    }
  }
  class User {
    readonly provider = inject('provider')
  }
  const late = defineModule({ name: 'late', ...stateful, providers: [providerOf('late', () => undefined)] }, Late)
  const user = defineModule(
    { name: 'user', deps: ['late'], providers: [providerOf('user', () => until('dispose'))] },
    User,
  )
  const { host, clock } = hostOf({ modules: [late, user], startDeadline: '2s' })
  const failed = failure(host.start())
  await clock.advance(2_000)
  for (const what of ['start', 'dispose', 'stop']) {
    resolvers.get(what)?.()
    await clock.advance(0)
  }
  await failed
  expect(r.events).toEqual(['user dispose', 'late stop', 'late stopped', 'late dispose'])
})

test('a background task that outlives the cancellation of its start is named in the report', async () => {
  class Deaf {
    serve(): Promise<void> {
      return new Promise(() => undefined)
    }
  }
  const lifecycle = { awaitReady: true, stopTimeout: '500ms' } as const
  const { host, clock } = hostOf({ modules: [defineModule({ name: 'deaf', ...stateful, lifecycle }, Deaf)] })
  const failed = failure(host.start())
  await clock.advance(0)
  const stopped = host.stop()
  await clock.advance(500)
  expect(await failed).toMatchObject({ code: 'CANCELLED' })
  await expect(stopped).resolves.toMatchObject({ leftBehind: ['the background task of module "deaf"'] })
})
