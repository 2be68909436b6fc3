import { expect, test } from '@jest/globals'
import type { Database, Migration, TransactionOptions } from '@modkit/core'
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

  test('that a savepoint waits for in itself is a mistake, and no wait without end', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const work = db.transaction((tx) =>
      tx.transaction(() => tx.transaction((inner) => inner('items').insert({ id: 1 }))),
    )
    await expect(work).rejects.toMatchObject({ code: 'DB_USED_INSIDE_TRANSACTION', details: { module: 'shop' } })
    await db.transaction((tx) =>
      tx.transaction((inner) => inner.transaction((last) => last('items').insert({ id: 2 }))),
    )
    expect(await ids(db)).toEqual([2])
  })

  test('whose work has caught what a statement failed with is committed as a whole, or says that it was not', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    await db.raw('CREATE UNIQUE INDEX items_id ON items (id)')
    const repeating = async (tx: Database): Promise<void> => {
      await tx('items').insert({ id: 2 })
      await expect(tx('items').insert({ id: 2 })).rejects.toMatchObject({ code: 'DB_UNIQUE_VIOLATION' })
    }
    const work = db.transaction(repeating)
    if (engine.name === 'postgres') {
      await expect(work).rejects.toMatchObject({
        code: 'DB_TRANSACTION_ROLLED_BACK',
        details: { module: 'shop' },
        cause: { code: 'DB_UNIQUE_VIOLATION' },
      })
      expect(await ids(db)).toEqual([])
    } else {
      await work
      expect(await ids(db)).toEqual([2])
    }
  })

  test('goes on where what may fail is a transaction inside of it', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    await db.raw('CREATE UNIQUE INDEX items_id ON items (id)')
    await db.transaction(async (tx) => {
      await tx('items').insert({ id: 1 })
      const attempt = tx.transaction((inner) => inner('items').insert([{ id: 2 }, { id: 1 }]))
      await expect(attempt).rejects.toMatchObject({ code: 'DB_UNIQUE_VIOLATION' })
      await tx('items').insert({ id: 3 })
    })
    expect(await ids(db)).toEqual([1, 3])
  })

  test('runs statements that nobody waited for before it is committed, and none of them where it is not', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const left: Promise<unknown>[] = []
    const leaving = (tx: Database, first: number): void => {
      for (const id of [first, first + 1])
        left.push(Promise.resolve(tx('items').insert({ id })).catch((error: unknown) => error))
    }
    await db.transaction((tx) => Promise.resolve(leaving(tx, 1)))
    const failure = new Error('no')
    const work = db.transaction((tx) => {
      leaving(tx, 3)
      throw failure
    })
    await expect(work).rejects.toBe(failure)
    expect(await left.pop()).toMatchObject({ code: 'DB_TRANSACTION_ENDED' })
    expect(await ids(db)).toEqual([1, 2])
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

  const NAP = '%long_nap%'
  const nap = engine.name === 'postgres' ? 'SELECT pg_sleep(60) AS long_nap' : 'SELECT SLEEP(60) AS long_nap'
  const session = engine.name === 'postgres' ? 'SELECT pg_backend_pid() AS id' : 'SELECT CONNECTION_ID() AS id'

  async function sessionOf(db: Database): Promise<unknown> {
    const answer = (await db.raw(session)) as { rows: unknown[] } | [unknown[]]
    return Array.isArray(answer) ? answer[0][0] : answer.rows[0]
  }

  test('that fails ends what it has left running, and its connection serves on', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const before = await sessionOf(db)
    const failure = new Error('no')
    let left: Promise<unknown> = Promise.resolve()
    const work = db.transaction(async (tx) => {
      left = Promise.allSettled([tx.raw(nap), tx('items').insert({ id: 1 })])
      while ((await place.running(NAP)) === 0);
      throw failure
    })
    await expect(work).rejects.toBe(failure)
    expect(await place.running(NAP)).toBe(0)
    expect(await left).toMatchObject([
      { status: 'rejected', reason: { code: 'DB_STATEMENT_TIMEOUT' } },
      { status: 'rejected', reason: { code: 'DB_TRANSACTION_ENDED' } },
    ])
    expect(await sessionOf(db)).toEqual(before)
    expect(await ids(db)).toEqual([])
  })

  test('ends no statement but the one whose signal has aborted', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const controller = new AbortController()
    const quick = nap.replace('60', '1')
    await db.transaction(async (tx) => {
      const others = Promise.all([tx.raw(quick), tx('items').insert({ id: 1 })])
      const behind = Promise.resolve(tx.withSignal(controller.signal)('items').insert({ id: 2 }))
      const refused = expect(behind).rejects.toMatchObject({ code: 'CANCELLED' })
      while ((await place.running(NAP)) === 0);
      controller.abort()
      await refused
      await others
    })
    expect(await ids(db)).toEqual([1])
  })

  /** Two transactions that need each other's row; the one that gives way catches that, and goes on. */
  async function crossing(db: Database, options: TransactionOptions): Promise<readonly PromiseSettledResult<void>[]> {
    const arrived = [1, 2].map(() => {
      let arrive = (): void => undefined
      const here = new Promise<void>((resolve) => (arrive = resolve))
      return { here, arrive }
    })
    const both = Promise.all(arrived.map(({ here }) => here))
    const cross = async (tx: Database, [own, others]: readonly [number, number]): Promise<void> => {
      await tx('items').where({ id: own }).update({ id: own })
      arrived[own - 1]?.arrive()
      await both
      const late = [tx('items').where({ id: others }).update({ id: others }), tx('items').insert({ id: own + 10 })]
      const [first] = await Promise.allSettled(late)
      if (first?.status === 'rejected') await Promise.allSettled([tx('items').insert({ id: own + 20 })])
    }
    const pairs = [[1, 2] as const, [2, 1] as const]
    return await Promise.allSettled(pairs.map((pair) => db.transaction((tx) => cross(tx, pair), options)))
  }

  test('that the server has rolled back runs nothing more, also what waited, and does not say that it was committed', async () => {
    await using place = await engine.place()
    const db = await shop(place, { pool: { max_conns: 2 } })
    await db.raw('CREATE UNIQUE INDEX items_id ON items (id)')
    await db('items').insert([{ id: 1 }, { id: 2 }])
    const outcomes = await crossing(db, {})
    const [loser, ...more] = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(more).toEqual([])
    expect(loser?.reason).toMatchObject({
      code: 'DB_TRANSACTION_ROLLED_BACK',
      cause: { code: 'DB_SERIALIZATION_FAILURE' },
    })
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled')
    expect(await ids(db)).toEqual([1, 2, winner + 11])
  })

  test('that the server has rolled back is done again where that was asked for', async () => {
    await using place = await engine.place()
    const db = await shop(place, { pool: { max_conns: 2 } })
    await db.raw('CREATE UNIQUE INDEX items_id ON items (id)')
    await db('items').insert([{ id: 1 }, { id: 2 }])
    const outcomes = await crossing(db, { retries: 3 })
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(await ids(db)).toEqual([1, 2, 11, 12])
  })

  test('whose connection is lost in COMMIT says that nobody knows, and is not done again', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    const proxy = await StallingProxy.before(dsn)
    const db = await shop(place, { dsn: proxy.through(dsn) })
    let attempts = 0
    const work = db.transaction(
      async (tx) => {
        attempts++
        await tx('items').insert({ id: 1 })
        proxy.stall()
        setImmediate(() => void proxy.end())
      },
      { retries: 3 },
    )
    await expect(work).rejects.toMatchObject({
      code: 'DB_COMMIT_UNKNOWN',
      details: { module: 'shop', reason: expect.any(String) },
    })
    expect(attempts).toBe(1)
    await proxy.begin()
    proxy.flow()
    expect(await db.raw('SELECT 1')).toBeDefined()
    await proxy.end()
  })

  test('whose connection was lost before COMMIT was not committed, and says so', async () => {
    await using place = await engine.place()
    const db = await shop(place)
    const before = await sessionOf(db)
    const work = db.transaction(async (tx) => {
      await tx('items').insert({ id: 1 })
      await place.kill()
      // The server has said so by the time that a query notices.
      await Promise.allSettled([tx('items').insert({ id: 2 })])
    })
    await expect(work).rejects.not.toMatchObject({ code: 'DB_COMMIT_UNKNOWN' })
    expect(await ids(db)).toEqual([])
    expect(await sessionOf(db)).not.toEqual(before)
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
