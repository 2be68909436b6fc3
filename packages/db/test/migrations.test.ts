import { describe, expect, test } from '@jest/globals'
import { HostError, type Logger, type Migration } from '@modkit/core'
import type { DatabaseManager } from '@modkit/core/spi'
import { silentLogger } from '@modkit/core/spi'
import { forever, ScratchHome, sqliteFile } from './fixtures/scratch-home.js'

const table = (name: string): Migration => ({
  name,
  up: (trx) => trx.schema.createTable(`t_${name}`, (t) => void t.integer('id')),
})

const failing = (name: string): Migration => ({
  name,
  async up(trx) {
    await trx.schema.createTable('half', (t) => void t.integer('id'))
    throw new Error('broken on purpose')
  },
})

async function tables(manager: DatabaseManager): Promise<string[]> {
  const db = await manager.resolve('shop', forever)
  return (await db?.('sqlite_master').where({ type: 'table' }).orderBy('name').pluck('name')) as string[]
}

const HISTORY = 'modkit_migrations__shop__f3fbbc38'
const UNFINISHED = 'modkit_unfinished__shop__f3fbbc38'

describe('migrations', () => {
  test('run in the order of their names, and are remembered in the module’s own table', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ shop: sqliteFile })
    const result = await manager.migrate('shop', [table('b'), table('C'), table('a10'), table('a9')], forever)
    expect(result).toMatchObject({ module: 'shop', applied: ['C', 'a10', 'a9', 'b'], skipped: [] })
    expect(await tables(manager)).toEqual([HISTORY, 't_C', 't_a10', 't_a9', 't_b'])
    const db = await manager.resolve('shop', forever)
    const [row] = (await db?.(HISTORY).orderBy('version')) as Record<string, unknown>[]
    expect(row).toEqual({
      version: 'C',
      applied_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      checksum: expect.stringMatching(/^up2:[0-9a-f]{32}$/),
      duration_ms: expect.any(Number),
    })
  })

  test('that were applied before are skipped, also by the next start of the program', async () => {
    await using home = await ScratchHome.create()
    await home.manager({ shop: sqliteFile }).migrate('shop', [table('1')], forever)
    const result = await home.manager({ shop: sqliteFile }).migrate('shop', [table('1'), table('2')], forever)
    expect(result).toMatchObject({ applied: ['2'], skipped: ['1'] })
  })

  test('stop at the first failure: what came before stays, what failed leaves nothing', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ shop: sqliteFile })
    await expect(manager.migrate('shop', [table('1'), failing('2'), table('3')], forever)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      details: { module: 'shop', migration: '2', applied: ['1'], remaining: ['2', '3'] },
      cause: new Error('broken on purpose'),
    })
    expect(await tables(manager)).toEqual([HISTORY, 't_1'])
    await expect(manager.migrate('shop', [table('1'), table('2'), table('3')], forever)).resolves.toMatchObject({
      applied: ['2', '3'],
      skipped: ['1'],
    })
  })

  test.each<[string, readonly Migration[], string]>([
    ['of the same name', [table('1'), table('2'), table('1')], 'MIGRATION_DUPLICATE'],
    ['without a name', [table('1'), table(' ')], 'MIGRATION_INVALID'],
    ['with a name that is too long', [table('x'.repeat(256))], 'MIGRATION_INVALID'],
    ['without up()', [{ name: '1' } as Migration], 'MIGRATION_INVALID'],
  ])('%s are refused before anything is opened', async (_, migrations, code) => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ shop: sqliteFile })
    await expect(manager.migrate('shop', migrations, forever)).rejects.toMatchObject({ code })
    expect(await tables(manager)).toEqual([])
  })

  test('that are none create no table', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ shop: sqliteFile })
    expect(await manager.migrate('shop', [], forever)).toMatchObject({ applied: [], skipped: [] })
    expect(await tables(manager)).toEqual([])
  })

  test('are changed after they were applied: reported, and nothing else is applied', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ shop: sqliteFile })
    await manager.migrate('shop', [{ name: '1', up: (trx) => trx.raw('CREATE TABLE one (id INTEGER)') }], forever)
    const edited: Migration = { name: '1', up: (trx) => trx.raw('CREATE TABLE one (id INTEGER, label TEXT)') }
    const again = manager.migrate('shop', [table('0'), edited, table('2')], forever)
    await expect(again).rejects.toMatchObject({ code: 'MIGRATION_EDITED', details: { module: 'shop', migration: '1' } })
    expect(await tables(manager)).toEqual([HISTORY, 'one'])
    // An explicit checksum adopts what is there; from then on it alone counts.
    await manager.migrate('shop', [{ ...edited, checksum: '1' }], forever)
    await expect(manager.migrate('shop', [{ ...edited, checksum: '2' }], forever)).rejects.toMatchObject({
      code: 'MIGRATION_EDITED',
    })
  })

  test('without a transaction get Knex itself, and keep what they did before they failed', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ shop: sqliteFile })
    let isTransaction: unknown
    const plain: Migration = {
      name: '1',
      transactional: false,
      async up(knex) {
        isTransaction = knex.isTransaction
        await knex.raw('PRAGMA foreign_keys = OFF')
        await knex.raw('CREATE TABLE plain (id INTEGER)')
        await knex.raw('PRAGMA foreign_keys = ON')
      },
    }
    await manager.migrate('shop', [plain], forever)
    expect(isTransaction).not.toBe(true)
    await expect(manager.migrate('shop', [plain, { ...failing('2'), transactional: false }], forever)).rejects.toThrow()
    expect(await tables(manager)).toEqual(['half', HISTORY, UNFINISHED, 'plain'])
  })

  test('that hang end with their signal, rolled back, and leave the lock to others', async () => {
    await using home = await ScratchHome.create()
    const manager = home.manager({ shop: sqliteFile })
    const controller = new AbortController()
    const hanging: Migration = {
      name: '2',
      async up(trx) {
        await trx.schema.createTable('half', (t) => void t.integer('id'))
        controller.abort()
        await new Promise(() => undefined)
      },
    }
    const work = manager.migrate('shop', [table('1'), hanging], controller.signal)
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await tables(manager)).toEqual([HISTORY, 't_1'])
    await expect(manager.migrate('shop', [table('1'), table('2')], forever)).resolves.toMatchObject({ applied: ['2'] })
  })

  test('of a module without a database are an error', async () => {
    await using home = await ScratchHome.create()
    const error: unknown = await home
      .manager({})
      .migrate('shop', [table('1')], forever)
      .catch((e: unknown) => e)
    expect(HostError.is(error, 'DB_NOT_CONFIGURED')).toBe(true)
  })

  test('of several modules in one file keep apart', async () => {
    await using home = await ScratchHome.create()
    const section = { engine: 'sqlite', path: '../shared.db' }
    const manager = home.manager({ shop: section, stock: section })
    await manager.migrate('shop', [table('1')], forever)
    const other: Migration = { name: '1', up: (trx) => trx.raw('CREATE TABLE stock (id INTEGER)') }
    await expect(manager.migrate('stock', [other], forever)).resolves.toMatchObject({ applied: ['1'] })
  })

  test('say in the log what they do', async () => {
    await using home = await ScratchHome.create()
    const lines: unknown[] = []
    const record = (level: string) => (message: string, fields?: unknown) => void lines.push([level, message, fields])
    const logger: Logger = { ...silentLogger, debug: record('debug'), info: record('info'), warn: record('warn') }
    const manager = home.manager({ shop: sqliteFile }, { logger })
    await manager.migrate('shop', [], forever)
    await manager.migrate('shop', [table('1')], forever)
    expect(lines).toEqual([
      ['debug', 'No migrations to run', { module: 'shop' }],
      ['debug', 'Running DB migrations', { module: 'shop', count: 1 }],
      ['info', 'DB migration applied', { module: 'shop', migration: '1', durationMs: expect.any(Number) }],
      ['info', 'DB migrations completed', { module: 'shop', applied: 1, skipped: 0 }],
    ])
  })
})
