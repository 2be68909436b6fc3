import { expect, test } from '@jest/globals'
import type { Host } from '@modkit/core'
import type { DatabaseManager } from '@modkit/core/spi'
import { failure, hostOf } from './support/hosts.js'
import { Recorder } from './support/recording-module.js'

// What comes when the host has gone on without it.

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
