import { AsyncResource } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { expect, test } from '@jest/globals'
import type { Database, Migration } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { RecordingLogger } from '@modkit/testing'
import { forever } from './fixtures/scratch-home.js'
import { StallingProxy } from './fixtures/stalling-proxy.js'
import { onServers, type TestPlace } from './fixtures/test-engines.js'

async function opened(place: TestPlace, section: object): Promise<Database> {
  const db = await place.home.manager({ shop: section }).resolve('shop', forever)
  if (!db) throw new Error('no database')
  return db
}

const items: Migration = { name: '1', up: (trx) => trx.schema.createTable('items', (t) => void t.integer('id')) }

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length
}

/** What work settles with, while time passes for it. */
async function advancing(clock: FakeClock, work: Promise<unknown>): Promise<unknown> {
  const pending = Symbol('pending')
  for (;;) {
    await clock.advance(1_000)
    const turn = new Promise((resolve) => setImmediate(resolve, pending))
    const settled = await Promise.race([work, turn])
    if (settled !== pending) return settled
  }
}

/** Runs work in the context that this file began in, as another request would be. */
const outside = AsyncResource.bind(<T>(work: () => T): T => work())

onServers('a network', (engine) => {
  test('that is slow at first does not read as an exhausted pool', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    await using proxy = await StallingProxy.before(dsn)
    proxy.stall()
    const opening = opened(place, { dsn: proxy.through(dsn), pool: { acquire_timeout: '20ms' } })
    // Many times as long as a query waits.
    setTimeout(() => proxy.flow(), 300)
    expect(await (await opening).raw('SELECT 1')).toBeDefined()
  })

  test('that is slow later is told from connections that are all in use', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    await using proxy = await StallingProxy.before(dsn)
    const db = await opened(place, { dsn: proxy.through(dsn), pool: { max_conns: 2, acquire_timeout: '100ms' } })
    await db.transaction(async () => {
      proxy.stall()
      const waiting = outside(() => Promise.resolve(db.raw('SELECT 1')))
      await expect(waiting).rejects.toMatchObject({
        code: 'DB_UNAVAILABLE',
        details: {
          reason: expect.stringContaining('connecting took longer than a query waits (pool.acquire_timeout, 100 ms)'),
        },
      })
      proxy.flow()
    })
    expect(await db.raw('SELECT 1')).toBeDefined()
  })

  test('that passes nothing on any more fails the query that waits, and nobody waits for ever', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    await using proxy = await StallingProxy.before(dsn)
    const clock = new FakeClock()
    const section = { dsn: proxy.through(dsn), pool: { max_conns: 1 } }
    const db = await place.home.manager({ shop: section }, { clock }).resolve('shop', forever)
    if (!db) throw new Error('no database')
    await db.raw('SELECT 1')
    proxy.stall()
    const waiting = Promise.resolve(db.raw('SELECT 1')).catch((error: unknown) => error)
    // Twice the time in which the server ends a statement by itself, and says so.
    await clock.advance(70_000)
    expect(await waiting).toMatchObject({ code: 'DB_UNAVAILABLE' })
    proxy.flow()
    expect(await db.raw('SELECT 1')).toBeDefined()
  })

  test('that passes nothing on any more cannot keep a signal from ending its query', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    await using proxy = await StallingProxy.before(dsn)
    const clock = new FakeClock()
    const section = { dsn: proxy.through(dsn), pool: { max_conns: 1 } }
    const db = await place.home.manager({ shop: section }, { clock }).resolve('shop', forever)
    if (!db) throw new Error('no database')
    await db.raw('SELECT 1')
    proxy.stall()
    const controller = new AbortController()
    const waiting = Promise.resolve(db.withSignal(controller.signal).raw('SELECT 1')).catch((error: unknown) => error)
    await new Promise((resolve) => setImmediate(resolve))
    const before = openSockets()
    controller.abort()
    await clock.advance(5_000)
    expect(await waiting).toMatchObject({ code: 'CANCELLED' })
    // The proxy holds both ends of what it was asked on. On our side neither the connection nor the request is left.
    while (openSockets() > before + 1) await clock.advance(1_000)
    proxy.flow()
    expect(await db.raw('SELECT 1')).toBeDefined()
  })

  test('that passes nothing on any more cannot keep a query from its own limit, which would have it ended', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    await using proxy = await StallingProxy.before(dsn)
    const clock = new FakeClock()
    const section = { dsn: proxy.through(dsn), pool: { max_conns: 1 } }
    const db = await place.home.manager({ shop: section }, { clock }).resolve('shop', forever)
    if (!db) throw new Error('no database')
    await db.raw('SELECT 1')
    proxy.stall()
    const before = openSockets()
    const waiting = Promise.resolve(db.raw('SELECT 1').timeout(20, { cancel: true })).catch((error: unknown) => error)
    // The limit is one of Knex, which has no clock of ours; the request follows on it.
    while (openSockets() === before) await new Promise((resolve) => setImmediate(resolve))
    expect(await advancing(clock, waiting)).toMatchObject({ code: 'DB_STATEMENT_TIMEOUT' })
    proxy.flow()
    expect(await db.raw('SELECT 1')).toBeDefined()
  })

  test('that passes nothing on any more fails a migration that has come to its end, which may have stayed', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    await using proxy = await StallingProxy.before(dsn)
    const clock = new FakeClock()
    const section = { dsn: proxy.through(dsn), params: { connect_timeout: '1s' } }
    const manager = place.home.manager({ shop: section }, { clock })
    const last: Migration = {
      name: '2',
      async up(trx) {
        await trx('items').insert({ id: 1 })
        proxy.stall()
        stalled.emit('now')
      },
    }
    await manager.migrate('shop', [items], forever)
    const stalled = new EventEmitter()
    const isStalled = once(stalled, 'now')
    const work = manager.migrate('shop', [items, last], forever).catch((error: unknown) => error)
    await isStalled
    expect(await advancing(clock, work)).toMatchObject({
      code: 'MIGRATION_FAILED',
      details: { migration: '2', partlyApplied: true },
      cause: { code: 'DB_UNAVAILABLE' },
    })
    proxy.flow()
    await place.kill()
    const again = place.home.manager({ shop: section })
    expect(await again.migrate('shop', [items, { ...last, up: () => Promise.resolve() }], forever)).toMatchObject({
      applied: ['2'],
    })
  })

  test('that passes nothing on any more does not keep those who have migrated from going on', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    await using proxy = await StallingProxy.before(dsn)
    const clock = new FakeClock()
    const logger = new RecordingLogger()
    const manager = place.home.manager({ shop: { dsn: proxy.through(dsn) } }, { clock, logger })
    const work = manager.migrate('shop', [items], forever)
    await logger.line('DB migration applied')
    proxy.stall()
    expect(await advancing(clock, work)).toMatchObject({ applied: ['1'] })
  })

  test('whose server is started again fails queries meanwhile, each with what it met, and then serves on', async () => {
    await using place = await engine.place()
    const dsn = String(place.section['dsn'])
    await using proxy = await StallingProxy.before(dsn)
    const db = await opened(place, { dsn: proxy.through(dsn), pool: { max_conns: 1 } })
    await db.raw('CREATE TABLE items (id INTEGER)')
    const work = db.transaction(async (tx) => {
      await tx('items').insert({ id: 1 })
      await proxy.end()
      await tx('items').insert({ id: 2 })
    })
    await expect(work).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' })
    const refused = expect.stringContaining('ECONNREFUSED')
    await expect(db('items').select()).rejects.toMatchObject({ code: 'DB_UNAVAILABLE', message: refused })
    await proxy.begin()
    expect(await db('items').select()).toEqual([])
  })
})

onServers('a server that refuses a user', (engine) => {
  const user = `modkit_limited_${randomBytes(4).toString('hex')}`

  /** A user of its own that may have two connections. */
  async function limited(place: TestPlace): Promise<AsyncDisposable> {
    const isPostgres = engine.name === 'postgres'
    const create = isPostgres
      ? [`CREATE ROLE ${user} LOGIN CONNECTION LIMIT 2 PASSWORD 'open-sesame'`]
      : [
          `CREATE USER ${user} IDENTIFIED BY 'open-sesame' WITH MAX_USER_CONNECTIONS 2`,
          `GRANT ALL ON ${new URL(String(place.section['dsn'])).pathname.slice(1)}.* TO ${user}`,
        ]
    for (const statement of create) await place.admin?.raw(statement)
    return {
      async [Symbol.asyncDispose]() {
        await place.admin?.raw(isPostgres ? `DROP ROLE ${user}` : `DROP USER ${user}`)
      },
    }
  }

  function sectionOf(place: TestPlace, password: string): object {
    return { ...place.section, user, password, pool: { max_conns: 3, idle_timeout: '1h' } }
  }

  test('because it has too many connections says so, and the others serve on', async () => {
    await using place = await engine.place()
    await using _ = await limited(place)
    const manager = place.home.manager({ shop: sectionOf(place, 'open-sesame') })
    const db = await manager.resolve('shop', forever)
    await db?.transaction((one) =>
      outside(async () => {
        await db.transaction(async (two) => {
          await expect(outside(() => Promise.resolve(db.raw('SELECT 1')))).rejects.toMatchObject({
            code: 'DB_UNAVAILABLE',
            message: expect.stringMatching(/too many connections|max_user_connections/i),
            hint: expect.stringContaining('Lower pool.max_conns'),
          })
          await Promise.all([one.raw('SELECT 1'), two.raw('SELECT 1')])
        })
      }),
    )
    expect(await db?.raw('SELECT 1')).toBeDefined()
    await manager.close()
    while ((await place.connections()) > 0);
  })

  test('because there is no such database says what to do', async () => {
    await using place = await engine.place()
    const dsn = new URL(String(place.section['dsn']))
    dsn.pathname = '/modkit_nowhere'
    await expect(place.home.manager({ shop: { dsn: dsn.href } }).resolve('shop', forever)).rejects.toMatchObject({
      code: 'DB_UNAVAILABLE',
      hint: expect.stringContaining('Create the database'),
    })
  })

  // Where PostgreSQL trusts whoever comes from this machine, no password is wrong.
  const testPasswords = engine.name === 'postgres' ? test.skip : test

  testPasswords('because its password is wrong says so, and not the password', async () => {
    await using place = await engine.place()
    await using _ = await limited(place)
    const refused = place.home.manager({ shop: sectionOf(place, 'not-the-one') }).resolve('shop', forever)
    const error = await refused.then(
      () => undefined,
      (failure: unknown) => failure as Error & { hint?: string },
    )
    expect(error).toMatchObject({ code: 'DB_UNAVAILABLE', hint: expect.stringContaining('Check user and password') })
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('not-the-one')
  })
})
