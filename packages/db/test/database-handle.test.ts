import { EventEmitter, once } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import type { Database } from '@modkit/core'
import type { Knex } from 'knex'
import { forever, ScratchHome, sqliteFile } from './fixtures/scratch-home.js'

interface Item {
  readonly id: number
  readonly label: string
}

async function withItems(home: ScratchHome, pool = {}): Promise<Database> {
  const db = await home.manager({ shop: { ...sqliteFile, pool } }).resolve('shop', forever)
  if (!db) throw new Error('no database')
  await db.raw('CREATE TABLE items (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE)')
  return db
}

const labels = (db: Database): Promise<string[]> => db<Item>('items').orderBy('id').pluck('label')

describe('a module’s database', () => {
  test('answers queries, subqueries and callbacks as Knex does', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    expect(await db<Item>('items').insert([{ label: 'a' }, { label: 'b' }])).toEqual([2])
    expect(await db<Item>('items').where({ label: 'b' }).first()).toEqual({ id: 2, label: 'b' })
    const ids = db<Item>('items').select('id').where('label', 'a')
    expect(
      await db<Item>('items')
        .whereIn('id', ids)
        .orWhere((q) => void q.where('id', 99))
        .update({ label: 'c' }),
    ).toBe(1)
    expect(await db.raw('SELECT label FROM items WHERE id = ? OR label = ?', [1, 'b'])).toHaveLength(2)
    expect(await db.raw('SELECT :n AS n', { n: 7 })).toEqual([{ n: 7 }])
  })

  test('shows neither its connections nor any way to destroy, migrate or change them', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    expect(Object.keys(db).sort()).toEqual(['engine', 'raw', 'transaction', 'withSignal'])
    expect(() => (db as unknown as Knex).client as unknown).toThrow(
      expect.objectContaining({ code: 'DB_HANDLE_RESTRICTED' }),
    )
    expect(() => Object.assign(db, { raw: undefined })).toThrow(TypeError)
  })

  test('takes the signal of a caller who gave none', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    const { signal }: { readonly signal?: AbortSignal } = {}
    expect(db.withSignal(signal)).toBe(db)
    await expect(db.transaction(async (tx) => tx('items').select('id'), { signal })).resolves.toEqual([])
  })

  test.each<[string, (db: Database) => { client: Knex.Client }]>([
    ['a builder', (db) => db('items') as never],
    ['a raw query', (db) => db.raw('SELECT 1') as never],
    ['a clone', (db) => db('items').clone() as never],
    [
      'a callback',
      (db) => {
        let inner: unknown
        db('items')
          .where((q) => void (inner = q.where('id', 1)))
          .toSQL()
        return inner as never
      },
    ],
  ])('does not leak its connection through %s', async (_, reach) => {
    await using home = await ScratchHome.create()
    const { client } = reach(await withItems(home))
    expect(() => client.acquireConnection()).toThrow(expect.objectContaining({ code: 'DB_HANDLE_RESTRICTED' }))
    expect(() => client.destroy(() => undefined)).toThrow(expect.objectContaining({ code: 'DB_HANDLE_RESTRICTED' }))
    expect(() => client.schemaBuilder() as unknown).toThrow(expect.objectContaining({ code: 'DB_HANDLE_RESTRICTED' }))
    expect(client).not.toHaveProperty('pool')
    expect(client).not.toHaveProperty('connectionSettings')
    expect(client.config).not.toHaveProperty('connection')
  })
})

describe('a transaction', () => {
  test('commits what its callback did, and gives its result', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    const ids = await db.transaction(async (tx) => {
      await tx('items').insert({ label: 'a' })
      return await tx<Item>('items').pluck('id')
    })
    expect(ids).toEqual([1])
    expect(await labels(db)).toEqual(['a'])
  })

  test('rolls back when its callback rejects, and passes the error on unchanged', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    const failure = new Error('no')
    const work = db.transaction(async (tx) => {
      await tx('items').insert({ label: 'a' })
      throw failure
    })
    await expect(work).rejects.toBe(failure)
    expect(await labels(db)).toEqual([])
  })

  test('inside a transaction is a savepoint: it fails alone', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    await db.transaction(async (tx) => {
      await tx('items').insert({ label: 'outer' })
      const inner = tx.transaction(async (nested) => {
        await nested('items').insert({ label: 'inner' })
        throw new Error('no')
      })
      await expect(inner).rejects.toThrow('no')
      await tx.transaction(async (nested) => nested('items').insert({ label: 'second' }))
    })
    expect(await labels(db)).toEqual(['outer', 'second'])
  })

  test('that is read-only cannot write, and leaves the connection able to', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    const write = db.transaction(async (tx) => tx('items').insert({ label: 'a' }), { readOnly: true })
    await expect(write).rejects.toMatchObject({ code: 'DB_READ_ONLY' })
    await db('items').insert({ label: 'b' })
    expect(await db.transaction(labels, { readOnly: true })).toEqual(['b'])
  })

  test('is rolled back when its signal aborts, though the callback never ends', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    const controller = new AbortController()
    const work = db.transaction(
      async (tx) => {
        await tx('items').insert({ label: 'a' })
        controller.abort(new Error('enough'))
        await new Promise(() => undefined)
      },
      { signal: controller.signal },
    )
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED', cause: new Error('enough') })
    expect(await labels(db)).toEqual([])
  })

  test('whose signal aborts before its turn comes does not run at all', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    const controller = new AbortController()
    let ran = false
    const gate = new EventEmitter()
    const first = db.transaction(async () => {
      gate.emit('begun')
      await once(gate, 'release')
    })
    await once(gate, 'begun')
    const second = db.transaction(() => Promise.resolve((ran = true)), { signal: controller.signal })
    controller.abort()
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' })
    gate.emit('release')
    await first
    await db.raw('SELECT 1')
    expect(ran).toBe(false)
  })

  test('refuses the module’s own handle inside it, instead of waiting for itself', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    let left: Promise<unknown> = Promise.resolve()
    await db.transaction(async (tx) => {
      await expect(db('items').select()).rejects.toMatchObject({ code: 'DB_USED_INSIDE_TRANSACTION' })
      await expect(db.transaction(labels)).rejects.toMatchObject({ code: 'DB_USED_INSIDE_TRANSACTION' })
      await tx('items').insert({ label: 'a' })
      left = new Promise((resolve) => setImmediate(resolve)).then(() => labels(db))
    })
    expect(await left).toEqual(['a'])
  })

  test('refuses it in every later one, too, whatever is asked between them and beside them', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({
      shop: { ...sqliteFile, pool: { max_conns: 2 } },
      stock: { ...sqliteFile, file: 'stock.db' },
    })
    const [shop, stock] = await Promise.all(['shop', 'stock'].map((name) => manager.resolve(name, forever)))
    if (!shop || !stock) throw new Error('no database')
    for (let round = 0; round < 3; round++) {
      expect(await shop.raw('SELECT 1 AS one')).toEqual([{ one: 1 }])
      const gate = new EventEmitter()
      const work = shop.transaction(async () => {
        gate.emit('begun')
        await once(gate, 'release')
        await expect(shop.raw('SELECT 1')).rejects.toMatchObject({ code: 'DB_USED_INSIDE_TRANSACTION' })
      })
      await once(gate, 'begun')
      await Promise.all([shop.raw('SELECT 1'), stock.raw('SELECT 1'), stock.transaction((tx) => tx.raw('SELECT 1'))])
      gate.emit('release')
      await work
    }
  })

  test('may use another module’s database in it, but from in there the own handle no more than from outside', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ shop: sqliteFile, stock: { ...sqliteFile, file: 'stock.db' } })
    const [shop, stock] = await Promise.all(['shop', 'stock'].map((name) => manager.resolve(name, forever)))
    if (!shop || !stock) throw new Error('no database')
    await shop.transaction(async () => {
      expect(await stock.raw('SELECT 1 AS one')).toEqual([{ one: 1 }])
      await stock.transaction(async () => {
        await expect(shop.raw('SELECT 1')).rejects.toMatchObject({ details: { module: 'shop' } })
        await expect(stock.raw('SELECT 1')).rejects.toMatchObject({ details: { module: 'stock' } })
      })
      expect(await stock.raw('SELECT 2 AS two')).toEqual([{ two: 2 }])
    })
    expect(await shop.raw('SELECT 3 AS three')).toEqual([{ three: 3 }])
  })

  test('given to transacting() is refused, since the query would run outside of it', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    const work = db.transaction(async (tx) => db('items').transacting(tx as never))
    await expect(work).rejects.toMatchObject({ code: 'DB_HANDLE_RESTRICTED' })
  })

  test('that has ended takes no more queries', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home)
    let kept: Database | undefined
    await db.transaction((tx) => Promise.resolve(void (kept = tx)))
    await expect(kept?.('items').insert({ label: 'late' })).rejects.toThrow(/already complete/)
  })

  test('that reads first and then writes loses no update to another one on a second connection', async () => {
    await using home = await ScratchHome.create()
    const db = await withItems(home, { max_conns: 4 })
    await db('items').insert({ id: 1, label: '0' })
    const increment = (tx: Database): Promise<unknown> =>
      tx<Item>('items')
        .where({ id: 1 })
        .first()
        .then((row) =>
          tx('items')
            .where({ id: 1 })
            .update({ label: String(Number(row?.label) + 1) }),
        )
    await Promise.all(Array.from({ length: 25 }, () => db.transaction(increment)))
    expect(await labels(db)).toEqual(['25'])
  })
})
