import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import type { Database, Migration } from '@modkit/core'
import { forever } from './fixtures/scratch-home.js'
import { onEveryEngine, type TestPlace } from './fixtures/test-engines.js'

const items: Migration = {
  name: '1',
  up: (trx) =>
    trx.schema.createTable('items', (table) => void (table.increments('id'), table.string('label', 20).unique())),
}

/** With a single connection: whoever keeps it, or takes it from somebody, shows. */
async function shop(place: TestPlace): Promise<Database> {
  const manager = place.home.manager({ shop: { ...place.section, pool: { max_conns: 1 } } })
  await manager.migrate('shop', [items], forever)
  const db = await manager.resolve('shop', forever)
  if (!db) throw new Error('no database')
  return db
}

const MANY_ROWS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n'

/** A transaction that goes on until it is told to end, once it has begun. */
async function holding(db: Database): Promise<{ readonly end: () => void; readonly over: Promise<void> }> {
  let end = (): void => undefined
  const told = new Promise<void>((resolve) => (end = resolve))
  let over: Promise<void> = Promise.resolve()
  await new Promise<void>((begun) => {
    over = db.transaction(() => {
      begun()
      return told
    })
  })
  return { end, over }
}

onEveryEngine('a stream of rows', (engine) => {
  // Of PostgreSQL, Knex streams rows only where another package is installed.
  const testStreams = engine.name === 'postgres' ? test.skip : test

  testStreams('in a transaction leaves it its connection', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    await db('items').insert([{ label: 'a' }, { label: 'b' }])
    const outside = await db.transaction(async (tx) => {
      const rows = tx('items').orderBy('id').stream()
      const seen: unknown[] = []
      rows.on('data', (row) => seen.push(row))
      await once(rows, 'close')
      expect(seen).toMatchObject([{ label: 'a' }, { label: 'b' }])
      await tx('items').insert({ label: 'c' })
      return seen.length
    })
    expect(outside).toBe(2)
    expect(await db('items').pluck('label')).toEqual(['a', 'b', 'c'])
  })

  testStreams('gives its connection back once: what waits for it has it alone', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const rows = db.raw(MANY_ROWS).stream()
    const closed = once(rows.resume(), 'close')
    const events: string[] = []
    const next = holding(db).then(async ({ end, over }) => {
      events.push('begun')
      await closed
      // Whatever could come in between has had its turn.
      await new Promise((resolve) => setImmediate(resolve))
      end()
      await over
      events.push('ended')
    })
    const others = [1, 2, 3].map(() => db.raw('SELECT 1').then(() => events.push('asked')))
    await Promise.all([next, ...others])
    expect(events).toEqual(['begun', 'ended', 'asked', 'asked', 'asked'])
  })

  testStreams.each([
    ['by its reader', (rows: Readable) => rows.destroy()],
    ['by a signal', (_: Readable, controller: AbortController) => controller.abort()],
  ] as const)('that is closed %s before it has a connection takes none', async (_, close) => {
    await using place = await engine.place()
    const db = await shop(place)
    const { end, over } = await holding(db)
    const controller = new AbortController()
    const rows = db.withSignal(controller.signal).raw(MANY_ROWS).stream()
    const closed = new Promise<unknown>((resolve) => {
      rows.once('error', resolve)
      rows.once('close', () => resolve(undefined))
    })
    close(rows, controller)
    const error = await closed
    if (controller.signal.aborted) expect(error).toMatchObject({ code: 'CANCELLED' })
    else expect(error).toBeUndefined()
    end()
    await over
    expect(await db('items').pluck('label')).toEqual([])
  })

  testStreams('that is left half-way leaves its connection fit for use, in a transaction, too', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const firstOf = async (handle: Database): Promise<unknown> => {
      for await (const row of handle.raw(MANY_ROWS).stream() as AsyncIterable<unknown>) return row
      return undefined
    }
    expect(await firstOf(db)).toEqual({ i: 1 })
    expect(await db('items').pluck('label')).toEqual([])
    await db.transaction(async (tx) => {
      expect(await firstOf(tx)).toEqual({ i: 1 })
      await tx('items').insert({ label: 'a' })
    })
    expect(await db('items').pluck('label')).toEqual(['a'])
  })

  testStreams('that a function is given settles when it is over, however it ends', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const settled: unknown = await db
      .raw(MANY_ROWS)
      .stream((rows: Readable) => void rows.once('data', () => rows.destroy()))
    expect(settled).toBeUndefined()
    expect(await db('items').pluck('label')).toEqual([])
  })
})
