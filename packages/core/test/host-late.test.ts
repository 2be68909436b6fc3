import { expect, test } from '@jest/globals'
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
