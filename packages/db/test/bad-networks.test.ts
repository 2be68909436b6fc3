import { AsyncResource } from 'node:async_hooks'
import { expect, test } from '@jest/globals'
import type { Database } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { forever } from './fixtures/scratch-home.js'
import { StallingProxy } from './fixtures/stalling-proxy.js'
import { onServers, type TestPlace } from './fixtures/test-engines.js'

async function opened(place: TestPlace, section: object): Promise<Database> {
  const db = await place.home.manager({ shop: section }).resolve('shop', forever)
  if (!db) throw new Error('no database')
  return db
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
    controller.abort()
    await clock.advance(5_000)
    expect(await waiting).toMatchObject({ code: 'CANCELLED' })
    proxy.flow()
    expect(await db.raw('SELECT 1')).toBeDefined()
  })
})
