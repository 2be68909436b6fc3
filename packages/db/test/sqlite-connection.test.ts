import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Database } from '@modkit/core'
import { forever, ScratchHome, sqliteFile } from './fixtures/scratch-home.js'

async function opened(home: ScratchHome, section: unknown): Promise<Database> {
  const db = await home.manager({ users: section }).resolve('users', forever)
  if (!db) throw new Error('no database')
  return db
}

async function pragma(db: Database, name: string): Promise<unknown> {
  const [row] = (await db.raw(`PRAGMA ${name}`)) as Record<string, unknown>[]
  return row && Object.values(row)[0]
}

describe('an SQLite database', () => {
  test('is created on demand under the module’s own directory, and not before', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ users: { engine: 'sqlite', file: 'deep/users.db' } })
    expect(await readdir(home.path)).toEqual([])
    await manager.resolve('users', forever)
    expect(existsSync(join(home.path, 'users/deep/users.db'))).toBe(true)
  })

  test('is the same handle each time, opened once for all who ask at once', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ users: sqliteFile })
    const [first, second] = await Promise.all([manager.resolve('users', forever), manager.resolve('users', forever)])
    expect(first).toBe(second)
    expect(await manager.resolve('users', forever)).toBe(first)
    expect(await manager.resolve('nobody', forever)).toBeUndefined()
  })

  test('is safe and quick by default', async () => {
    await using home = await ScratchHome.create()
    const db = await opened(home, sqliteFile)
    expect(db.engine).toBe('sqlite')
    expect(await pragma(db, 'journal_mode')).toBe('wal')
    expect(await pragma(db, 'synchronous')).toBe(1)
    expect(await pragma(db, 'foreign_keys')).toBe(1)
  })

  test('takes its pragmas from params and from the query of a DSN', async () => {
    await using home = await ScratchHome.create()
    const dsn = `sqlite://${join(home.path, 'a.db')}?journal_mode=truncate&synchronous=EXTRA`
    const db = await opened(home, { dsn, params: { synchronous: 'full' } })
    expect(await pragma(db, 'journal_mode')).toBe('truncate')
    expect(await pragma(db, 'synchronous')).toBe(2)
  })

  test('in memory keeps to one connection, so that everything is in the same place', async () => {
    await using home = await ScratchHome.create()
    const db = await opened(home, { dsn: 'sqlite::memory:', pool: { max_conns: 5 } })
    await db.raw('CREATE TABLE t (n INTEGER)')
    await Promise.all(Array.from({ length: 20 }, (_, n) => db('t').insert({ n })))
    expect(await db('t').count({ n: '*' })).toEqual([{ n: 20 }])
    expect(await readdir(home.path)).toEqual([])
  })

  test('that is no database says which file, and is tried anew the next time', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ users: sqliteFile })
    const file = join(home.path, 'users/test.db')
    await mkdir(join(home.path, 'users'))
    await writeFile(file, 'this is not a database, but long enough to be read as the header of one'.repeat(20))
    await expect(manager.resolve('users', forever)).rejects.toMatchObject({
      code: 'DB_UNAVAILABLE',
      message: expect.stringContaining(`${file}: file is not a database`),
    })
    await writeFile(file, '')
    await expect(manager.resolve('users', forever)).resolves.toBeDefined()
  })

  test('in a missing directory is refused where directories are not created on demand', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ users: sqliteFile }, { shared: { auto_provision: false } })
    await expect(manager.resolve('users', forever)).rejects.toMatchObject({
      code: 'DB_UNAVAILABLE',
      details: { reason: expect.stringContaining('auto_provision is disabled') },
    })
  })

  test('of another module stays out of reach, even by the same server', async () => {
    await using home = await ScratchHome.create()
    const shared = { servers: { local: { engine: 'sqlite', params: { wal: 'false' } } } }
    const section = { server: 'local', file: 'own.db' }
    const manager = home.manager({ users: section, orders: section }, { shared })
    const users = await manager.resolve('users', forever)
    const orders = await manager.resolve('orders', forever)
    await users?.raw('CREATE TABLE t (n INTEGER)')
    await expect(orders?.('t').select()).rejects.toThrow(/no such table/)
  })

  test('is closed for good with its manager', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ users: sqliteFile })
    const db = await manager.resolve('users', forever)
    await Promise.all([manager.close(), manager.close()])
    await expect(manager.resolve('users', forever)).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' })
    await expect(db?.raw('SELECT 1')).rejects.toThrow()
    expect(await readdir(join(home.path, 'users'))).toEqual(['test.db'])
  })
})
