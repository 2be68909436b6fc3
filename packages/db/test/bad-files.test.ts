import { mkdir, open, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Database, Migration } from '@modkit/core'
import { forever, ScratchHome, sqliteFile } from './fixtures/scratch-home.js'

async function opened(home: ScratchHome): Promise<Database> {
  const db = await home.manager({ shop: sqliteFile }).resolve('shop', forever)
  if (!db) throw new Error('no database')
  return db
}

const long = 'x'.repeat(4_000)

async function fill(db: Database): Promise<void> {
  for (let row = 0; row < 100; row++) await db('items').insert({ text: long })
}

/** The limit of SQLite itself stands for a disk that is full: it gives the same error in the same places. */
async function almostFull(home: ScratchHome): Promise<Database> {
  const db = await opened(home)
  await db.raw('CREATE TABLE items (text TEXT)')
  await db.raw('PRAGMA max_page_count = 20')
  return db
}

const full = {
  code: 'DB_UNAVAILABLE',
  message: expect.stringContaining('database or disk is full'),
  hint: expect.stringContaining('Make room'),
}

test('a full disk is told with what to do, and what was written before is there', async () => {
  await using home = await ScratchHome.create()
  const db = await almostFull(home)
  await expect(fill(db)).rejects.toMatchObject(full)
  const [{ n }] = (await db('items').count({ n: '*' })) as [{ n: number }]
  expect(n).toBeGreaterThan(0)
  await db('items').delete()
  await db('items').insert({ text: long })
})

test('a full disk undoes a transaction, and says that it was full and not that there was nothing to roll back', async () => {
  await using home = await ScratchHome.create()
  const db = await almostFull(home)
  await expect(db.transaction(fill)).rejects.toMatchObject(full)
  expect(await db('items').select()).toEqual([])
  expect(await db.transaction((tx) => tx.raw('SELECT 1 AS one'))).toEqual([{ one: 1 }])
})

test('a full disk ends migrations, whether at their history or at what they do', async () => {
  await using home = await ScratchHome.create()
  const manager = home.manager({ shop: sqliteFile })
  const up = async (trx: unknown): Promise<void> => fill(trx as Database)
  const table = {
    name: '1',
    up: (trx: { raw(sql: string): Promise<unknown> }) => trx.raw('CREATE TABLE items (text TEXT)'),
  }
  const db = await manager.resolve('shop', forever)
  await db?.raw('CREATE TABLE first (id INTEGER)')
  await db?.raw('PRAGMA max_page_count = 2')
  await expect(manager.migrate('shop', [table], forever)).rejects.toMatchObject(full)
  await db?.raw('PRAGMA max_page_count = 20')
  await expect(manager.migrate('shop', [table, { name: '2', up }], forever)).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    details: { migration: '2', applied: ['1'], partlyApplied: false },
    cause: full,
  })
  expect(await db?.('items').select()).toEqual([])
})

test('a full disk does not hide what a migration has committed by itself', async () => {
  await using home = await ScratchHome.create()
  const manager = home.manager({ shop: sqliteFile })
  const db = await manager.resolve('shop', forever)
  await db?.raw('CREATE TABLE items (text TEXT)')
  const ending = (sql: string): Migration => ({
    name: sql,
    async up(trx) {
      await trx('items').insert({ text: 'first' })
      await trx.raw(sql)
      await fill(trx as unknown as Database)
    },
  })
  await manager.migrate('shop', [{ name: '0', up: () => Promise.resolve() }], forever)
  await db?.raw('PRAGMA max_page_count = 20')
  for (const sql of ['COMMIT', 'ROLLBACK']) {
    await expect(manager.migrate('shop', [ending(sql)], forever)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      details: { partlyApplied: true },
      cause: full,
    })
    expect(await db?.('items').pluck('text')).toContain(sql === 'COMMIT' ? 'first' : long)
    await db?.('items').delete()
  }
})

test('a file that is damaged in the middle is told by whoever reads there', async () => {
  await using home = await ScratchHome.create()
  const before = home.manager({ shop: sqliteFile })
  const db = await before.resolve('shop', forever)
  await db?.raw('CREATE TABLE items (text TEXT)')
  if (db) await fill(db)
  await before.close()
  const path = join(home.path, 'shop/test.db')
  const file = await open(path, 'r+')
  await file.write(Buffer.alloc((await stat(path)).size - 4_096, 0x5a), 0, undefined, 4_096)
  await file.close()
  await expect((await opened(home))('items').select()).rejects.toMatchObject({
    code: 'DB_UNAVAILABLE',
    hint: expect.stringContaining('backup'),
  })
})

test.each([
  ['is a directory', (path: string) => mkdir(path, { recursive: true })],
  ['is below a file', (path: string) => writeFile(join(path, '..'), '')],
])('a place that %s is told with its path', async (_, spoil) => {
  await using home = await ScratchHome.create()
  const path = join(home.path, 'place/shop.db')
  await spoil(path)
  await expect(home.manager({ shop: { engine: 'sqlite', path } }).resolve('shop', forever)).rejects.toMatchObject({
    code: 'DB_UNAVAILABLE',
    message: expect.stringContaining(path),
    hint: expect.stringContaining('directory'),
  })
})
