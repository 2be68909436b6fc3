import { AsyncResource } from 'node:async_hooks'
import { expect, test } from '@jest/globals'
import { RecordingLogger } from '@modkit/testing'
import type { Database, Migration } from '@modkit/core'
import { isHostError } from '@modkit/core'
import type { DatabaseManager } from '@modkit/core/spi'
import { forever } from './fixtures/scratch-home.js'
import { onEveryEngine, onServers, type TestPlace } from './fixtures/test-engines.js'

interface User {
  readonly id: number
  readonly email: string
  readonly team: string
}

const schema: Migration = {
  name: '1',
  async up(trx) {
    await trx.schema.createTable('teams', (table) => void table.string('name', 20).primary())
    await trx.schema.createTable('users', (table) => {
      table.integer('id').primary()
      table.string('email', 50).notNullable()
      table.string('team', 20).notNullable()
      table.integer('age')
      table.unique(['team', 'email'], { indexName: 'users_team_email' })
      table.foreign('team', 'users_team').references('teams.name')
      table.check('age > 0', [], 'users_age')
    })
    await trx.schema.createTable('counters', (table) => {
      table.string('name', 20).primary()
      table.integer('n').notNullable()
    })
    await trx('teams').insert({ name: 'blue' })
    await trx('counters').insert({ name: 'a', n: 0 })
    await trx('counters').insert({ name: 'b', n: 0 })
  },
}

async function shop(place: TestPlace, more: object = {}): Promise<{ db: Database; manager: DatabaseManager }> {
  const manager = place.home.manager({ shop: { ...place.section, ...more } })
  await manager.migrate('shop', [schema], forever)
  const db = await manager.resolve('shop', forever)
  if (!db) throw new Error('no database')
  return { db, manager }
}

const ada = { id: 1, email: 'ada@example.com', team: 'blue' }

interface Failure {
  readonly code: string
}

/** What a query fails with, as the module sees it. */
async function failure(query: PromiseLike<unknown>): Promise<Failure> {
  try {
    await query
  } catch (error) {
    if (isHostError(error)) return { code: error.code, ...(error.details as object) }
    throw error
  }
  throw new Error('It did not fail.')
}

onEveryEngine('a module’s database', (engine) => {
  test('answers queries, commits and rolls back, with savepoints inside', async () => {
    await using place = await engine.place()
    const { db } = await shop(place)
    expect(db.engine).toBe(engine.name)
    await db.transaction(async (tx) => {
      await tx('users').insert(ada)
      await expect(
        tx.transaction(async (inner) => {
          await inner('users').insert({ ...ada, id: 2, email: 'bob@example.com' })
          throw new Error('only this')
        }),
      ).rejects.toThrow('only this')
    })
    await expect(
      db.transaction(async (tx) => {
        await tx('users').where({ id: 1 }).delete()
        throw new Error('all of it')
      }),
    ).rejects.toThrow('all of it')
    expect(await db<User>('users').select('id', 'email', 'team')).toEqual([ada])
  })

  test('takes no writes in a transaction that only reads', async () => {
    await using place = await engine.place()
    const { db } = await shop(place)
    const count = await db.transaction(async (tx) => tx('users').pluck('id'), { readOnly: true })
    expect(count).toEqual([])
    expect(await failure(db.transaction(async (tx) => tx('users').insert(ada), { readOnly: true }))).toEqual({
      code: 'DB_READ_ONLY',
      module: 'shop',
    })
    await db('users').insert(ada)
    expect(await db('users').pluck('id')).toEqual([1])
  })

  test('says which key a row would have repeated', async () => {
    await using place = await engine.place()
    const { db } = await shop(place)
    await db('users').insert(ada)
    const expected = {
      code: 'DB_UNIQUE_VIOLATION',
      module: 'shop',
      constraint: 'users_team_email',
      columns: ['team', 'email'],
    }
    expect(await failure(db('users').insert({ ...ada, id: 2 }))).toMatchObject(expected)
    expect(await failure(db.transaction(async (tx) => tx('users').insert({ ...ada, id: 2 })))).toMatchObject(expected)
    expect(await failure(db('users').insert({ ...ada, email: 'x' }))).toMatchObject({
      code: 'DB_UNIQUE_VIOLATION',
      table: 'users',
      columns: ['id'],
    })
  })

  test('says which other rule a row breaks', async () => {
    await using place = await engine.place()
    const { db } = await shop(place)
    expect(await failure(db('users').insert({ ...ada, team: 'none' }))).toMatchObject({
      code: 'DB_FOREIGN_KEY_VIOLATION',
      module: 'shop',
    })
    await db('users').insert(ada)
    expect(await failure(db('teams').delete())).toMatchObject({ code: 'DB_FOREIGN_KEY_VIOLATION' })
    expect(await failure(db('users').insert({ ...ada, id: 2, email: null }))).toMatchObject({
      code: 'DB_NOT_NULL_VIOLATION',
      column: 'email',
    })
    expect(await failure(db('users').insert({ ...ada, id: 2, email: 'x', age: -1 }))).toMatchObject({
      code: 'DB_CHECK_VIOLATION',
      constraint: 'users_age',
    })
  })

  test('leaves mistakes in the SQL as they are', async () => {
    await using place = await engine.place()
    const { db } = await shop(place)
    await expect(failure(db('nowhere').select())).rejects.toThrow(/nowhere/)
    await expect(failure(db.raw('SELEC 1'))).rejects.toThrow(/SELEC/)
  })

  test('loses no update of transactions that read and then write, once they are done again', async () => {
    await using place = await engine.place()
    const { db } = await shop(place)
    const increment = (): Promise<void> =>
      db.transaction(
        async (tx) => {
          const row = await tx<{ name: string; n: number }>('counters').where({ name: 'a' }).first()
          await tx('counters')
            .where({ name: 'a' })
            .update({ n: (row?.n ?? 0) + 1 })
        },
        { isolation: 'serializable', retries: 20 },
      )
    await Promise.all(Array.from({ length: 6 }, increment))
    expect(await db('counters').where({ name: 'a' }).pluck('n')).toEqual([6])
  })

  test('tells who exhausts the pool, and serves again', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, { pool: { max_conns: 1, acquire_timeout: '1500ms' } })
    await db.transaction(async (tx) => {
      await tx('users').insert(ada)
      // Outside of the transaction's context, as another request would be.
      const other = await new Promise<object>((resolve) => {
        outside(() => void failure(db('users').select()).then(resolve))
      })
      expect(other).toEqual({ code: 'DB_POOL_EXHAUSTED', module: 'shop', inUse: 1, max: 1 })
    })
    expect(await db('users').pluck('id')).toEqual([1])
  })

  test('tells of slow queries without their values', async () => {
    await using place = await engine.place()
    const logger = new RecordingLogger()
    const shared = { slow_query: '1ms' }
    const slowly = place.home.manager({ shop: place.section }, { shared, logger })
    await slowly.migrate('shop', [schema], forever)
    const db = await slowly.resolve('shop', forever)
    const many = Array.from({ length: 300 }, (_, index) => ({ name: `secret-${String(index)}` }))
    while (!logger.messages().includes('Slow query')) {
      await db?.transaction(async (tx) => tx('teams').insert(many))
      await db?.('teams').where('name', 'like', 'secret-%').delete()
    }
    expect((await logger.line('Slow query')).fields).toMatchObject({
      durationMs: expect.any(Number),
      sql: expect.stringMatching(/teams/),
    })
    expect(JSON.stringify(logger.lines)).not.toContain('secret-')
  })

  test('leaves no connection behind when it is closed', async () => {
    await using place = await engine.place()
    const { db, manager } = await shop(place)
    await Promise.all(Array.from({ length: 5 }, () => db('users').select()))
    await manager.close()
    // A server may need a moment to see that a client has left.
    while ((await place.connections()) > 0);
  })
})

/** Runs work in the context that this file began in. */
const outside = AsyncResource.bind((work: () => void) => work())

onServers('a server', (engine) => {
  const sleep = engine.name === 'postgres' ? 'SELECT pg_sleep(20) AS long_nap' : 'SELECT SLEEP(20) AS long_nap'

  test('ends a statement that takes too long, and the connection serves on', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, { params: { statement_timeout: '100ms' }, pool: { max_conns: 1 } })
    expect(await failure(db.raw(sleep))).toEqual({ code: 'DB_STATEMENT_TIMEOUT', module: 'shop' })
    await db('users').insert(ada)
    expect(await db('users').pluck('id')).toEqual([1])
  })

  test('that ends a connection under a query fails that query alone', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, { pool: { max_conns: 2 } })
    const napping = failure(db.raw(sleep))
    while ((await place.connections()) === 0) await new Promise((resolve) => setImmediate(resolve))
    const over = napping.then(() => true)
    while (!(await Promise.race([over, place.kill('%long_nap%').then(() => false)])));
    expect(await napping).toMatchObject({ code: 'DB_UNAVAILABLE', module: 'shop' })
    await db('users').insert(ada)
    expect(await db('users').pluck('id')).toEqual([1])
    expect(await place.connections()).toBeLessThanOrEqual(2)
  })

  test('that ends a connection under a transaction undoes all of it', async () => {
    await using place = await engine.place()
    const { db } = await shop(place, { pool: { max_conns: 1 } })
    const result = failure(
      db.transaction(async (tx) => {
        await tx('users').insert(ada)
        await place.kill()
        await tx('users').insert({ ...ada, id: 2, email: 'x' })
      }),
    )
    expect(await result).toMatchObject({ code: 'DB_UNAVAILABLE' })
    expect(await db('users').pluck('id')).toEqual([])
  })

  test('that cannot be reached is named with host and port, and never the password', async () => {
    await using place = await engine.place()
    const dsn = new URL(String(place.section['dsn']))
    const wrong: readonly (readonly [(url: URL) => void, RegExp])[] = [
      [(url) => (url.port = '1'), /127\.0\.0\.1:1, database "modkit_test_.*ECONNREFUSED/],
      [(url) => (url.pathname = '/modkit_nowhere'), /database "modkit_nowhere"/],
      [(url) => (url.username = 'modkit_nobody'), /modkit_nobody/],
    ]
    for (const [change, reason] of wrong) {
      const url = new URL(dsn)
      url.password = 'open-sesame'
      change(url)
      const refused = place.home.manager({ shop: { dsn: url.href } }).resolve('shop', forever)
      const error = await refused.then(
        () => undefined,
        (failed: unknown) => failed as Error,
      )
      expect(error).toMatchObject({ code: 'DB_UNAVAILABLE', message: expect.stringMatching(reason) })
      expect(`${error?.message ?? ''} ${JSON.stringify(error)}`).not.toContain('open-sesame')
    }
  })
})
