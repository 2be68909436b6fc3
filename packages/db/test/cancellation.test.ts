import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import Driver from 'better-sqlite3'
import type { Database, Migration } from '@modkit/core'
import type { DatabaseManager } from '@modkit/core/spi'
import { forever, ScratchHome, sqliteFile } from './fixtures/scratch-home.js'
import { onEveryEngine, onServers, type TestPlace } from './fixtures/test-engines.js'

const items: Migration = { name: '1', up: (trx) => trx.schema.createTable('items', (t) => void t.integer('id')) }

async function shop(place: TestPlace, more: object = {}): Promise<{ db: Database; manager: DatabaseManager }> {
  const manager = place.home.manager({ shop: { ...place.section, ...more } })
  await manager.migrate('shop', [items], forever)
  const db = await manager.resolve('shop', forever)
  if (!db) throw new Error('no database')
  return { db, manager }
}

const ids = (db: Database): Promise<number[]> => db<{ id: number }>('items').orderBy('id').pluck('id')
const single = { pool: { max_conns: 1 } }
const MANY_ROWS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n'
const NAP = '%long_nap%'

async function untilRunning(place: TestPlace): Promise<void> {
  while ((await place.running(NAP)) === 0);
}

/** Kept from being an unhandled rejection until it is looked at. */
function failing(work: PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve(work).then(
    () => undefined,
    (error: unknown) => error,
  )
}

onEveryEngine('a signal', (engine) => {
  test('that has aborted lets no query run, and no transaction begin', async () => {
    await using place = await engine.place()
    const { db } = await shop(place)
    const controller = new AbortController()
    const ending = db.withSignal(controller.signal)
    await ending('items').insert({ id: 1 })
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(ending('items').insert({ id: 2 })).rejects.toMatchObject({ code: 'CANCELLED', cause: reason })
    await expect(ending.raw('INSERT INTO items VALUES (2)')).rejects.toMatchObject({ code: 'CANCELLED' })
    const work = ending.transaction((tx) => tx('items').insert({ id: 2 }))
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED', cause: reason })
    expect(await ids(db)).toEqual([1])
  })

  test('that aborts between two statements of a transaction undoes the first and refuses the second', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, single)
    const controller = new AbortController()
    let second: unknown
    const work = db.withSignal(controller.signal).transaction(async (tx) => {
      await tx('items').insert({ id: 1 })
      controller.abort()
      second = await failing(tx('items').insert({ id: 2 }))
    })
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(second).toMatchObject({ code: 'CANCELLED' })
    expect(await ids(db)).toEqual([])
  })

  test('that aborts ends the wait for a connection, which stays the others’', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, single)
    const controller = new AbortController()
    let waiting: Promise<unknown> = Promise.resolve()
    await new Promise<void>((resolve, reject) => {
      const holding = db.transaction(async (tx) => {
        await tx('items').insert({ id: 1 })
        resolve()
        await once(controller.signal, 'abort')
        expect(await waiting).toMatchObject({ code: 'CANCELLED' })
      })
      holding.catch(reject)
    })
    waiting = failing(db.withSignal(controller.signal)('items').insert({ id: 2 }))
    controller.abort()
    await waiting
    await db('items').insert({ id: 3 })
    expect(await ids(db)).toEqual([1, 3])
  })

  // Of PostgreSQL, Knex streams rows only where another package is installed.
  const testStreams = engine.name === 'postgres' ? test.skip : test

  testStreams('that aborts ends a stream of rows, and the pool serves on', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, single)
    const controller = new AbortController()
    const rows = db.withSignal(controller.signal).raw(MANY_ROWS).stream()
    rows.once('data', () => controller.abort())
    const [error] = (await once(rows, 'error')) as unknown[]
    expect(error).toMatchObject({ code: 'CANCELLED' })
    expect(await ids(db)).toEqual([])
    expect(await place.connections()).toBeLessThanOrEqual(2)
  })

  test('of a handle within a transaction ends its own queries, and the transaction goes on', async () => {
    await using place = await engine.place()
    const { db } = await shop(place)
    await db.transaction(async (tx) => {
      const controller = new AbortController()
      const ending = tx.withSignal(controller.signal)
      await ending('items').insert({ id: 1 })
      controller.abort()
      await expect(ending('items').insert({ id: 2 })).rejects.toMatchObject({ code: 'CANCELLED' })
      await tx('items').insert({ id: 3 })
    })
    expect(await ids(db)).toEqual([1, 3])
  })
})

onServers('a signal', (engine) => {
  const sleep = engine.name === 'postgres' ? 'SELECT pg_sleep(60) AS long_nap' : 'SELECT SLEEP(60) AS long_nap'
  const session = engine.name === 'postgres' ? 'SELECT pg_backend_pid() AS id' : 'SELECT CONNECTION_ID() AS id'

  async function sessionOf(db: Database): Promise<unknown> {
    const answer = (await db.raw(session)) as { rows: unknown[] } | [unknown[]]
    return Array.isArray(answer) ? answer[0][0] : answer.rows[0]
  }

  test('that aborts ends a query on the server, whose connection serves on', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, single)
    const before = await sessionOf(db)
    const controller = new AbortController()
    const napping = failing(db.withSignal(controller.signal).raw(sleep))
    await untilRunning(place)
    const behind = ids(db)
    controller.abort()
    expect(await napping).toMatchObject({ code: 'CANCELLED', details: { operation: 'A query of module "shop"' } })
    expect(await place.running(NAP)).toBe(0)
    expect(await behind).toEqual([])
    expect(await sessionOf(db)).toEqual(before)
  })

  test('that aborts ends the statement of a transaction on the server, and those that wait behind it', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, single)
    const before = await sessionOf(db)
    const controller = new AbortController()
    let seen: unknown[] = []
    const work = failing(
      db.transaction(
        async (tx) => {
          await tx('items').insert({ id: 1 })
          seen = await Promise.all([
            failing(tx.raw(sleep)),
            failing(tx.raw(sleep)),
            failing(tx('items').insert({ id: 2 })),
          ])
        },
        { signal: controller.signal },
      ),
    )
    await untilRunning(place)
    controller.abort()
    expect(await work).toMatchObject({ code: 'CANCELLED', details: { operation: 'A transaction of module "shop"' } })
    expect(await place.running(NAP)).toBe(0)
    expect(seen.slice(0, 2)).toMatchObject([{ code: 'CANCELLED' }, { code: 'CANCELLED' }])
    expect(await ids(db)).toEqual([])
    expect(await sessionOf(db)).toEqual(before)
  })

  test('that aborts ends an inner transaction alone, where it is the inner one’s', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, single)
    await db.transaction(async (tx) => {
      await tx('items').insert({ id: 1 })
      const controller = new AbortController()
      const inner = failing(
        tx.transaction(
          async (nested) => {
            await nested('items').insert({ id: 2 })
            await nested.raw(sleep)
          },
          { signal: controller.signal },
        ),
      )
      await untilRunning(place)
      controller.abort()
      expect(await inner).toMatchObject({ code: 'CANCELLED' })
      await tx('items').insert({ id: 3 })
    })
    expect(await ids(db)).toEqual([1, 3])
  })

  test('that has ended nothing, because nobody asked it to, leaves queries as they are', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, { params: { statement_timeout: '50ms' } })
    const ending = db.withSignal(forever)
    expect(await failing(ending.raw(sleep))).toMatchObject({ code: 'DB_STATEMENT_TIMEOUT' })
    await expect(ending('nowhere').select()).rejects.toThrow(/nowhere/)
  })

  test('is not needed where databases are closed: what still runs is ended', async () => {
    await using place = await engine.place()
    const { db, manager } = await shop(place)
    const napping = failing(db.raw(sleep))
    await untilRunning(place)
    await manager.close()
    expect(await napping).toMatchObject({ code: 'DB_STATEMENT_TIMEOUT' })
    while ((await place.connections()) > 0);
  })

  test.each([true, false])(
    'ends the statement of a migration (in a transaction: %s), and its lock',
    async (transactional) => {
      await using place = await engine.place()
      const { manager } = await shop(place)
      const controller = new AbortController()
      const hanging: Migration = {
        name: '2',
        transactional,
        async up(trx) {
          await trx('items').insert({ id: 1 })
          await trx.raw(sleep)
        },
      }
      const work = failing(manager.migrate('shop', [items, hanging], controller.signal))
      await untilRunning(place)
      controller.abort()
      expect(await work).toMatchObject({ code: 'CANCELLED', details: { operation: 'Migration "2" of module "shop"' } })
      expect(await place.running(NAP)).toBe(0)
      const after: Migration = { name: '2', up: (trx) => trx('items').insert({ id: 2 }) }
      expect(await place.home.manager({ shop: place.section }).migrate('shop', [items, after], forever)).toMatchObject({
        applied: ['2'],
      })
      const db = await manager.resolve('shop', forever)
      if (!db) throw new Error('no database')
      expect(await ids(db)).toEqual(transactional ? [2] : [1, 2])
    },
  )

  test('is not needed by a migration that hangs when databases are closed', async () => {
    await using place = await engine.place()
    const { manager } = await shop(place)
    const hanging: Migration = { name: '2', up: (trx) => trx.raw(sleep) }
    const work = failing(manager.migrate('shop', [items, hanging], forever))
    await untilRunning(place)
    await manager.close()
    expect(await work).toMatchObject({ code: 'CANCELLED' })
    while ((await place.connections()) > 0);
  })
})

test('a signal ends the wait for another process’s lock on SQLite, and nothing is written later', async () => {
  await using home = await ScratchHome.create()
  const manager = home.manager({ shop: { ...sqliteFile, params: { busy_timeout: '3600000' } } })
  const db = await manager.resolve('shop', forever)
  if (!db) throw new Error('no database')
  await db.raw('CREATE TABLE items (id INTEGER)')
  using other = closing(new Driver(join(home.path, 'shop/test.db')))
  other.exec('BEGIN IMMEDIATE')
  const controller = new AbortController()
  const waiting = failing(db.withSignal(controller.signal)('items').insert({ id: 1 }))
  const behind = ids(db)
  setImmediate(() => controller.abort())
  expect(await waiting).toMatchObject({ code: 'CANCELLED' })
  other.exec('COMMIT')
  expect(await behind).toEqual([])
  await db('items').insert({ id: 2 })
  expect(await ids(db)).toEqual([2])
})

function closing(connection: Driver.Database): Driver.Database & Disposable {
  return Object.assign(connection, { [Symbol.dispose]: () => void connection.close() })
}
