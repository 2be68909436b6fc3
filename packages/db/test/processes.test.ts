import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Migration } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import Driver from 'better-sqlite3'
import { ChildProgram } from './fixtures/child-program.js'
import { forever, ScratchHome, sqliteFile } from './fixtures/scratch-home.js'

/** How long two processes write into one file. */
const WRITING_MS = process.env['MODKIT_SOAK'] === undefined ? 1_000 : 30_000

const migration: Migration = { name: 'm0', up: (trx) => trx.raw('CREATE TABLE m0 (id INTEGER)') }

describe('several processes on one SQLite file', () => {
  test(
    'write at once without losing an update',
    async () => {
      await using home = await ScratchHome.create()
      const db = await home.manager({ shop: sqliteFile }).resolve('shop', forever)
      await db?.raw('CREATE TABLE counter (n INTEGER)')
      await db?.('counter').insert({ n: 0 })
      await using first = new ChildProgram('increment', home.path, String(WRITING_MS))
      await using second = new ChildProgram('increment', home.path, String(WRITING_MS))
      const ends = await Promise.all([first.ended(), second.ended()])
      expect(ends).toMatchObject([{ code: 0 }, { code: 0 }])
      const made = ends.map(({ lines }) => Number(lines.find((line) => line.startsWith('made '))?.slice(5)))
      expect(Math.min(...made)).toBeGreaterThan(0)
      expect(await db?.('counter').first()).toEqual({ n: made.reduce((sum, one) => sum + one) })
    },
    2 * WRITING_MS + 20_000,
  )

  test('migrate at once, and apply everything exactly once', async () => {
    await using home = await ScratchHome.create()
    await using first = new ChildProgram('migrate', home.path, '20')
    await using second = new ChildProgram('migrate', home.path, '20')
    const ends = await Promise.all([first.ended(), second.ended()])
    const applied = ends.flatMap(({ lines }) => lines.slice(1, -1).flatMap((line) => line.split(' ')))
    const names = Array.from({ length: 20 }, (_, i) => `m${String(i)}`)
    expect(applied.filter((name) => name !== '').sort()).toEqual(names.sort())
  })

  test('go on migrating at once when the one that held the lock was killed', async () => {
    await using home = await ScratchHome.create()
    await using holder = new ChildProgram('hang', home.path)
    await holder.said('holding')
    const work = home.manager({ shop: sqliteFile }).migrate('shop', [migration], forever)
    await holder.kill()
    await expect(work).resolves.toMatchObject({ applied: ['m0'] })
  })

  test('are told who migrates when that takes too long', async () => {
    await using home = await ScratchHome.create()
    await using holder = new ChildProgram('hang', home.path)
    await holder.said('holding')
    const clock = new FakeClock()
    const manager = home.manager({ shop: sqliteFile }, { clock })
    const work = manager.migrate('shop', [migration], forever).catch((error: unknown) => error)
    while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(60_000)
    expect(await work).toMatchObject({
      code: 'MIGRATION_LOCKED',
      details: { module: 'shop', holder: expect.stringContaining(`process ${String(holder.pid)} on `) },
    })
  })

  test('leave the wait for the lock when their signal aborts', async () => {
    await using home = await ScratchHome.create()
    await using holder = new ChildProgram('hang', home.path)
    await holder.said('holding')
    const controller = new AbortController()
    const clock = new FakeClock()
    const work = home.manager({ shop: sqliteFile }, { clock }).migrate('shop', [migration], controller.signal)
    const ended = expect(work).rejects.toMatchObject({ code: 'CANCELLED' })
    while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve))
    controller.abort()
    await ended
  })
})

describe('two managers in one process', () => {
  test('migrate one file at once, each migration once', async () => {
    await using home = await ScratchHome.create()
    const managers = [home.manager({ shop: sqliteFile }), home.manager({ shop: sqliteFile })]
    const results = await Promise.all(managers.map((manager) => manager.migrate('shop', [migration], forever)))
    expect(results.flatMap(({ applied }) => applied)).toEqual(['m0'])
    expect(results.flatMap(({ skipped }) => skipped)).toEqual(['m0'])
    expect(existsSync(join(home.path, 'shop/test.db.migrate-lock.holder'))).toBe(false)
  })
})

describe('a lock of somebody else', () => {
  test('is waited for without blocking the event loop, up to the busy timeout', async () => {
    await using home = await ScratchHome.create()
    const clock = new FakeClock()
    const db = await home.manager({ shop: sqliteFile }, { clock }).resolve('shop', forever)
    await db?.raw('CREATE TABLE counter (n INTEGER)')
    const other = new Driver(join(home.path, 'shop/test.db'))
    other.exec('BEGIN IMMEDIATE')
    const refused = Promise.resolve(db?.('counter').insert({ n: 1 })).catch((error: unknown) => error)
    while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(6_000)
    expect(await refused).toMatchObject({ code: 'DB_SERIALIZATION_FAILURE' })

    const patient = db?.transaction(async (tx) => tx('counter').insert({ n: 2 }))
    while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve))
    other.close()
    await clock.advance(100)
    await patient
    expect(await db?.('counter').pluck('n')).toEqual([2])
  })
})

describe('a program', () => {
  test('loads neither Knex nor a driver before it opens a database', async () => {
    await using home = await ScratchHome.create()
    await using child = new ChildProgram('configureOnly', home.path)
    expect(await child.ended()).toEqual({ code: 0, lines: ['ready', 'true', 'done'] })
  })

  test('ends by itself once its databases are closed', async () => {
    await using home = await ScratchHome.create()
    await using child = new ChildProgram('openAndClose', home.path)
    expect(await child.ended()).toEqual({ code: 0, lines: ['ready', 'done'] })
  })
})
