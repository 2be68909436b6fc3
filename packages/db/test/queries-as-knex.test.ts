import { AsyncResource } from 'node:async_hooks'
import { expect, test } from '@jest/globals'
import type { Database, Migration } from '@modkit/core'
import type { Knex } from 'knex'
import { forever } from './fixtures/scratch-home.js'
import { onEveryEngine, onServers, type TestPlace } from './fixtures/test-engines.js'

const items: Migration = {
  name: '1',
  up: (trx) => trx.schema.createTable('items', (table) => void (table.increments('id'), table.string('label', 20))),
}

async function shop(place: TestPlace): Promise<Database> {
  const manager = place.home.manager({ shop: { ...place.section, pool: { max_conns: 1 } } })
  await manager.migrate('shop', [items], forever)
  const db = await manager.resolve('shop', forever)
  if (!db) throw new Error('no database')
  return db
}

const EVENTS = ['start', 'query', 'query-response', 'query-error', 'error', 'end']

/** What a query tells of itself, in order. */
function told(query: Knex.QueryBuilder | Knex.Raw): [string, ...unknown[]][] {
  const events: [string, ...unknown[]][] = []
  for (const event of EVENTS) query.on(event, (...about: unknown[]) => events.push([event, ...about]))
  return events
}

type InsideOrNot = <T>(db: Database, work: (handle: Database) => Promise<T>) => Promise<T>

const places: readonly (readonly [string, InsideOrNot])[] = [
  ['through the module’s handle', (db, work) => work(db)],
  ['in a transaction', (db, work) => db.transaction(work)],
  ['with a signal', (db, work) => work(db.withSignal(forever))],
]

onEveryEngine('a query as Knex runs it', (engine) => {
  test.each(places)('tells its listeners what happens to it, %s', async (_, inside) => {
    await using place = await engine.place()
    const db = await shop(place)
    await db('items').insert({ label: 'a' })
    await inside(db, async (handle) => {
      const query = handle('items').where({ label: 'a' }).pluck('label').queryContext({ who: 'me' })
      const events = told(query)
      expect(await query).toEqual(['a'])
      expect(events.map(([event]) => event)).toEqual(['start', 'query', 'query-response', 'end'])
      const [, asked, answered] = events
      expect(asked?.[1]).toMatchObject({ __knexUid: expect.any(String), sql: expect.any(String), bindings: ['a'] })
      expect(answered?.slice(1)).toEqual([['a'], expect.objectContaining({ queryContext: { who: 'me' } }), query])
    })
  })

  test('tells them of its failure, too, and fails with what they are not told', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    await db('items').insert({ id: 1 })
    const query = db('items').insert({ id: 1 })
    const events = told(query)
    await expect(query).rejects.toMatchObject({ code: 'DB_UNIQUE_VIOLATION' })
    expect(events.map(([event]) => event)).toEqual(['start', 'query', 'query-error', 'error'])
    expect(events[2]?.[1]).toBe(events[3]?.[1])
    expect(events[2]?.[2]).toMatchObject({ sql: expect.stringMatching(/insert/) })
  })

  test('tells them that it got no connection', async () => {
    await using place = await engine.place()
    const manager = place.home.manager({ shop: { ...place.section, pool: { max_conns: 1, acquire_timeout: '20ms' } } })
    const db = await manager.resolve('shop', forever)
    if (!db) throw new Error('no database')
    const outside = AsyncResource.bind(<T>(work: () => T): T => work())
    await db.transaction(async () => {
      for (const handle of [db, db.withSignal(forever)]) {
        const query = handle.raw('SELECT 1')
        const events = told(query)
        await expect(outside(() => Promise.resolve(query))).rejects.toMatchObject({ code: 'DB_POOL_EXHAUSTED' })
        expect(events.map(([event]) => event)).toEqual(['error'])
      }
    })
  })

  test.each([...EVENTS.filter((event) => !event.includes('error')), 'query-error'])(
    'in a transaction fails by what a listener of its "%s" throws, and what waits behind it runs',
    async (event) => {
      await using place = await engine.place()
      const db = await shop(place)
      const failure = new Error('no')
      const broken = event === 'query-error' ? 'nowhere' : 'items'
      const work = db.transaction(async (tx) => {
        const query = tx(broken).on(event, () => {
          throw failure
        })
        return await Promise.allSettled([query, tx('items').insert({ label: 'b' })])
      })
      const settled = await work.catch((error: unknown) => error)
      // PostgreSQL undoes a transaction of which a statement has failed.
      if (engine.name === 'postgres' && event === 'query-error') {
        expect(settled).toMatchObject({ code: 'DB_TRANSACTION_ROLLED_BACK' })
      } else {
        expect(settled).toMatchObject([{ status: 'rejected', reason: failure }, { status: 'fulfilled' }])
        expect(await db('items').pluck('label')).toEqual(['b'])
      }
    },
  )

  test('fails by what a listener throws, or by what cannot be compiled, and its connection serves on', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const failure = new Error('no')
    const fails = (): never => {
      throw failure
    }
    await expect(db('items').on('query-response', fails)).rejects.toBe(failure)
    await expect(db('items').on('start', fails)).rejects.toBe(failure)
    await expect(db('items').where('id', undefined as never)).rejects.toThrow(/Undefined binding/)
    await expect(db.raw('')).rejects.toThrow(/empty/)
    expect(await db('items').pluck('id')).toEqual([])
  })

  test.each(places)('does what it needs several steps for, %s', async (_, inside) => {
    await using place = await engine.place()
    const db = await shop(place)
    await db('items').insert([{ label: 'a' }, { label: 'b' }])
    await inside(db, async (handle) => {
      expect(await handle('items').columnInfo()).toMatchObject({ id: {}, label: { maxLength: expect.anything() } })
      await handle('items').truncate()
      // Where counting begins again, the steps were all taken.
      await handle('items').insert({ label: 'c' })
    })
    expect(await db('items').select('id', 'label')).toEqual([{ id: 1, label: 'c' }])
  })
})

onServers('a query as Knex runs it', (engine) => {
  const sleep = engine.name === 'postgres' ? 'SELECT pg_sleep(20)' : 'SELECT SLEEP(20)'

  test('has the time limit that it is given', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const query = db.raw(sleep).timeout(50, { cancel: true })
    const events = told(query)
    await expect(query).rejects.toMatchObject({ code: 'DB_STATEMENT_TIMEOUT' })
    expect(events.at(-1)?.[0]).toBe('error')
    expect(await db('items').pluck('id')).toEqual([])
  })
})
