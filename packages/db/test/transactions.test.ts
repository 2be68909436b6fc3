import { expect, test } from '@jest/globals'
import type { Database, Migration } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { forever, ScratchHome } from './fixtures/scratch-home.js'
import { StallingProxy } from './fixtures/stalling-proxy.js'
import { onEveryEngine, onServers, type TestPlace } from './fixtures/test-engines.js'

const items: Migration = { name: '1', up: (trx) => trx.schema.createTable('items', (t) => void t.integer('id')) }

async function shop(place: TestPlace, more: object = {}): Promise<Database> {
  const manager = place.home.manager({ shop: { ...place.section, pool: { max_conns: 1 }, ...more } })
  await manager.migrate('shop', [items], forever)
  const db = await manager.resolve('shop', forever)
  if (!db) throw new Error('no database')
  return db
}

const ids = (db: Database): Promise<number[]> => db<{ id: number }>('items').orderBy('id').pluck('id')

onEveryEngine('a transaction', (engine) => {
  test('has savepoints that take turns, and fail one by one', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const insert = (tx: Database, id: number): Promise<void> =>
      tx.transaction(async (inner) => {
        await inner('items').insert({ id })
        await inner.transaction((innermost) => innermost('items').insert({ id: id + 10 }))
        if (id === 2) throw new Error('this one')
      })
    const outcomes = await db.transaction((tx) => Promise.allSettled([1, 2, 3].map((id) => insert(tx, id))))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await ids(db)).toEqual([1, 3, 11, 13])
  })

  test('that has ended takes neither queries nor savepoints, and neither do its savepoints', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const kept: Database[] = []
    await db.transaction(async (tx) => {
      kept.push(tx)
      await tx.transaction((inner) => Promise.resolve(void kept.push(inner)))
      const [, inner] = kept
      await expect(inner?.('items').insert({ id: 1 })).rejects.toMatchObject({ code: 'DB_TRANSACTION_ENDED' })
      await tx('items').insert({ id: 2 })
    })
    for (const late of kept) {
      await expect(late('items').insert({ id: 3 })).rejects.toMatchObject({
        code: 'DB_TRANSACTION_ENDED',
        details: { module: 'shop' },
      })
      await expect(late.transaction(ids)).rejects.toMatchObject({ code: 'DB_TRANSACTION_ENDED' })
      expect(() => late('items').stream() as unknown).toThrow(expect.objectContaining({ code: 'DB_TRANSACTION_ENDED' }))
    }
    expect(await ids(db)).toEqual([2])
  })

  test('that ends while a savepoint is open ends that with it, and what it does later goes nowhere', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    let goOn = (): void => undefined
    let left: Promise<unknown> = Promise.resolve()
    const work = db.transaction(async (tx) => {
      await new Promise<void>((begun) => {
        left = tx
          .transaction(async (inner) => {
            await inner('items').insert({ id: 1 })
            await new Promise<void>((resolve) => {
              goOn = resolve
              begun()
            })
          })
          .catch((error: unknown) => error)
      })
      throw new Error('enough')
    })
    await expect(work).rejects.toThrow('enough')
    goOn()
    expect(await left).toMatchObject({ code: 'DB_TRANSACTION_ENDED' })
    expect(await ids(db)).toEqual([])
  })

  test('takes only the isolation that there is', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const work = db.transaction((tx) => ids(tx), { isolation: 'serializable; DROP TABLE items' as never })
    if (engine.name === 'sqlite') expect(await work).toEqual([])
    else await expect(work).rejects.toThrow(/isolation is read uncommitted.* and not serializable; DROP/)
    expect(await ids(db)).toEqual([])
  })
})

onServers('a transaction', (engine) => {
  test.each([
    ['read uncommitted', true],
    ['read committed', true],
    ['repeatable read', false],
  ] as const)('that is %s sees what others commit meanwhile: %s', async (isolation, seesIt) => {
    await using place = await engine.place()
    const db = await shop(place)
    const other = await place.home.manager({ other: place.section }).resolve('other', forever)
    for (const readOnly of [true, false]) {
      const seen = await db.transaction(
        async (tx) => {
          const before = await ids(tx)
          await other?.('items').insert({ id: before.length + 1 })
          return (await ids(tx)).length > before.length
        },
        { isolation, readOnly },
      )
      expect(seen).toBe(seesIt)
    }
  })

  test('whose server says nothing more at its end is given up with its connection', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    await using proxy = await StallingProxy.before(dsn)
    const clock = new FakeClock()
    const db = await place.home
      .manager({ shop: { dsn: proxy.through(dsn), pool: { max_conns: 1 } } }, { clock })
      .resolve('shop', forever)
    if (!db) throw new Error('no database')
    const failure = new Error('no')
    let told: Promise<void> = Promise.resolve()
    await new Promise<void>((resolve) => {
      const work = db.transaction(async (tx) => {
        await tx.raw('SELECT 1')
        proxy.stall()
        setImmediate(resolve)
        throw failure
      })
      told = expect(work).rejects.toBe(failure)
    })
    await clock.advance(5_000)
    await told
    proxy.flow()
    expect(await db.raw('SELECT 1')).toBeDefined()
    expect(await place.connections()).toBe(1)
  })
})

test('a transaction on SQLite that cannot be committed is undone, and the connection is free for the next', async () => {
  await using home = await ScratchHome.create()
  const db = await home.manager({ shop: { engine: 'sqlite', path: ':memory:' } }).resolve('shop', forever)
  if (!db) throw new Error('no database')
  await db.raw('CREATE TABLE items (id INTEGER PRIMARY KEY, of INTEGER REFERENCES items DEFERRABLE INITIALLY DEFERRED)')
  const work = db.transaction((tx) => tx('items').insert({ id: 1, of: 7 }))
  await expect(work).rejects.toMatchObject({ code: 'DB_FOREIGN_KEY_VIOLATION' })
  expect(await ids(db)).toEqual([])
  await db.transaction((tx) => tx('items').insert({ id: 2, of: 2 }))
  expect(await ids(db)).toEqual([2])
})

test('a transaction on SQLite that its work has ended leaves an in-memory database as it is', async () => {
  await using home = await ScratchHome.create()
  const db = await home.manager({ shop: { engine: 'sqlite', path: ':memory:' } }).resolve('shop', forever)
  if (!db) throw new Error('no database')
  await db.raw('CREATE TABLE items (id INTEGER PRIMARY KEY)')
  const work = db.transaction(async (tx) => {
    await tx('items').insert({ id: 1 })
    await tx.raw('COMMIT')
    throw new Error('late')
  })
  await expect(work).rejects.toThrow('late')
  expect(await ids(db)).toEqual([1])
})

onServers('a change of the schema in a transaction', (engine) => {
  const testImplicit = engine.name === 'mysql' ? test : test.skip

  testImplicit('commits it, and the savepoint that it is in', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    await db.transaction(async (tx) => {
      await tx('items').insert({ id: 1 })
      await tx.transaction((inner) => inner.raw('CREATE TABLE more (id INTEGER)'))
    })
    expect(await ids(db)).toEqual([1])
  })
})
