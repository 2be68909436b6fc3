import { readdir } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { RecordingLogger } from '@modkit/testing'
import { HostError, type Migration } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import type { Knex } from 'knex'
import { forever } from './fixtures/scratch-home.js'
import { onEveryEngine, onServers, type TestPlace } from './fixtures/test-engines.js'

const log: Migration = {
  name: '0',
  up: (trx) =>
    trx.schema.createTable('log', (table) => {
      table.string('name', 20)
    }),
}

const writes = (
  name: string,
  more: (trx: Knex.Transaction) => Promise<unknown> = () => Promise.resolve(),
): Migration => ({
  name,
  async up(trx) {
    await trx('log').insert({ name })
    await more(trx)
  },
})

async function logged(place: TestPlace): Promise<string[]> {
  const db = await place.home.manager({ shop: place.section }).resolve('shop', forever)
  return (await db?.('log').orderBy('name').pluck('name')) as string[]
}

const broken = (): Promise<never> => Promise.reject(new Error('broken on purpose'))

onEveryEngine('migrations', (engine) => {
  test('run once each in the order of their names', async () => {
    await using place = await engine.place()
    const migrate = (...migrations: readonly Migration[]): Promise<object> =>
      place.home.manager({ shop: place.section }).migrate('shop', migrations, forever)
    expect(await migrate(log, writes('b'), writes('a'))).toMatchObject({ applied: ['0', 'a', 'b'], skipped: [] })
    expect(await migrate(writes('c'), log, writes('a'), writes('b'))).toMatchObject({
      applied: ['c'],
      skipped: ['0', 'a', 'b'],
    })
    expect(await logged(place)).toEqual(['a', 'b', 'c'])
  })

  test('stop at the first failure, of which nothing stays', async () => {
    await using place = await engine.place()
    const manager = place.home.manager({ shop: place.section })
    const work = manager.migrate('shop', [log, writes('a'), writes('b', broken), writes('c')], forever)
    const error = await work.then(
      () => undefined,
      (failure: unknown) => failure,
    )
    expect(HostError.find(error, 'MIGRATION_FAILED')?.details).toEqual({
      module: 'shop',
      migration: 'b',
      applied: ['0', 'a'],
      remaining: ['b', 'c'],
      partlyApplied: false,
    })
    expect(await logged(place)).toEqual(['a'])
    expect(await manager.migrate('shop', [log, writes('a'), writes('b'), writes('c')], forever)).toMatchObject({
      applied: ['b', 'c'],
    })
  })

  test('that fail after changing the schema say whether some of it has stayed', async () => {
    await using place = await engine.place()
    const half = writes('a', async (trx) => {
      await trx.schema.createTable('half', (table) => void table.integer('id'))
      await broken()
    })
    const manager = place.home.manager({ shop: place.section })
    const error = await manager.migrate('shop', [log, half], forever).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    const stays = engine.name === 'mysql'
    expect(HostError.find(error, 'MIGRATION_FAILED')?.details).toMatchObject({ migration: 'a', partlyApplied: stays })
    expect((error as Error).cause).toMatchObject({ message: 'broken on purpose' })
    expect(await logged(place)).toEqual(stays ? ['a'] : [])
  })

  test('that a crash has ended half-way are told of by the next run, until they are finished', async () => {
    await using place = await engine.place()
    // Where the database commits each change of the schema, every migration can be left half-way.
    const half = (change: (trx: Knex.Transaction) => Promise<unknown>): Migration => ({
      name: 'a',
      transactional: engine.name === 'mysql',
      up: change,
    })
    const create = (trx: Knex.Transaction): Promise<unknown> =>
      trx.schema.createTable('half', (table) => void table.integer('id'))
    const crashing = half(async (trx) => {
      await create(trx)
      await place.kill()
      throw new Error('crashed')
    })
    const logger = new RecordingLogger()
    const migrate = (migration: Migration): Promise<unknown> =>
      place.home.manager({ shop: place.section }, { logger }).migrate('shop', [log, migration], forever)
    const unfinished = 'DB migration has begun before and was not finished'
    const told = (): readonly unknown[] => logger.lines.filter(({ message }) => message === unfinished)
    await expect(migrate(crashing)).rejects.toMatchObject({ details: { partlyApplied: true } })
    expect(told()).toEqual([])
    const since = expect.stringMatching(/^\d{4}-/)
    await expect(migrate(half(create))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('which an earlier run had begun on 2'),
      details: { migration: 'a', begunBefore: since },
    })
    const line = { level: 'warn', message: unfinished, fields: { module: 'shop', migration: 'a', since } }
    expect(told()).toEqual([line])
    const mended = half((trx) => trx.raw('DROP TABLE half').then(() => create(trx)))
    expect(await migrate(mended)).toMatchObject({ applied: ['a'] })
    expect(told()).toHaveLength(2)
    expect(await migrate(mended)).toMatchObject({ applied: [], skipped: ['0', 'a'] })
    expect(told()).toHaveLength(2)
  })

  test('may change the schema and write in one step', async () => {
    await using place = await engine.place()
    const both = writes('a', (trx) => trx.schema.createTable('more', (table) => void table.integer('id')))
    const manager = place.home.manager({ shop: place.section })
    expect(await manager.migrate('shop', [log, both], forever)).toMatchObject({ applied: ['0', 'a'] })
    expect(await manager.migrate('shop', [log, both], forever)).toMatchObject({ applied: [], skipped: ['0', 'a'] })
  })

  test('that end their own transaction are told so', async () => {
    await using place = await engine.place()
    const ending = writes('a', (trx) => trx.raw('COMMIT'))
    const manager = place.home.manager({ shop: place.section })
    const result = await manager.migrate('shop', [log, ending], forever).catch((failure: unknown) => failure)
    // MySQL ends transactions itself where the schema changes, so that nobody can tell.
    if (engine.name === 'mysql') expect(result).toMatchObject({ applied: ['0', 'a'] })
    else {
      expect(result).toMatchObject({ code: 'MIGRATION_FAILED', details: { migration: 'a', partlyApplied: true } })
      expect((result as Error).cause).toMatchObject({ message: expect.stringContaining('ended the transaction') })
    }
  })

  test('of one module wait for those of another host, and are applied once', async () => {
    await using place = await engine.place()
    const all = [log, ...Array.from({ length: 8 }, (_, index) => writes(`m${String(index)}`))]
    const results = await Promise.all(
      Array.from({ length: 4 }, () => place.home.manager({ shop: place.section }).migrate('shop', all, forever)),
    )
    expect(results.flatMap(({ applied }) => applied).sort()).toEqual(all.map(({ name }) => name).sort())
    expect(await logged(place)).toHaveLength(8)
    expect(await place.connections()).toBeLessThanOrEqual(5 * 10)
  })

  test('leave no connection of their own behind', async () => {
    await using place = await engine.place()
    const manager = place.home.manager({ shop: place.section })
    await manager.migrate('shop', [log], forever)
    await expect(manager.migrate('shop', [log, writes('a', broken)], forever)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
    })
    await manager.close()
    // A server may need a moment to see that a client has left.
    while ((await place.connections()) > 0);
  })
})

onServers('the migration lock', (engine) => {
  /** A migration that waits until it is told to go on. */
  function gate(): { migration: Migration; entered: Promise<void>; open: () => void } {
    let enter: () => void = () => undefined
    let open: () => void = () => undefined
    const entered = new Promise<void>((resolve) => (enter = resolve))
    const opened = new Promise<void>((resolve) => (open = resolve))
    const up = async (): Promise<void> => {
      enter()
      await opened
    }
    return { migration: writes('gate', up), entered, open }
  }

  test('names who holds it to those who have waited long enough', async () => {
    await using place = await engine.place()
    const { migration, entered, open } = gate()
    // What sessions are called in general does not hide who it is.
    const named = engine.name === 'postgres' ? { params: { application_name: 'anything' } } : {}
    const holding = place.home.manager({ shop: { ...place.section, ...named } })
    const first = holding.migrate('shop', [log, migration], forever)
    await entered
    const clock = new FakeClock()
    const second = place.home.manager({ shop: place.section }, { clock })
    // While it connects, the same clock would say that the server takes too long.
    await second.resolve('shop', forever)
    const refused = second.migrate('shop', [log], forever).catch((error: unknown) => error)
    const over = refused.then(() => true)
    while (!(await Promise.race([over, clock.advance(60_000).then(() => false)])));
    expect(await refused).toMatchObject({
      code: 'MIGRATION_LOCKED',
      details: { holder: expect.stringMatching(new RegExp(`\\b${String(process.pid)}\\b.*shop.*since \\d{4}-`)) },
    })
    open()
    expect(await first).toMatchObject({ applied: ['0', 'gate'] })
  })

  test('is given up by those whose signal aborts', async () => {
    await using place = await engine.place()
    const { migration, entered, open } = gate()
    const first = place.home.manager({ shop: place.section }).migrate('shop', [log, migration], forever)
    await entered
    const controller = new AbortController()
    const second = place.home.manager({ shop: place.section }).migrate('shop', [log], controller.signal)
    controller.abort()
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' })
    open()
    await first
  })

  test('that is lost in the middle undoes the migration that runs', async () => {
    await using place = await engine.place()
    const { migration, entered, open } = gate()
    const manager = place.home.manager({ shop: place.section })
    const work = manager.migrate('shop', [log, migration], forever).catch((error: unknown) => error)
    await entered
    await place.kill(engine.name === 'postgres' ? '%pg_locks%' : '%')
    // MySQL lists no last statement of an idle connection: there all were ended, the migration's own included.
    open()
    const error = await work
    if (engine.name === 'postgres') expect(error).toMatchObject({ code: 'MIGRATION_LOCK_LOST' })
    else expect(error).toMatchObject({ code: 'MIGRATION_FAILED' })
    expect(await logged(place)).toEqual([])
    const again = place.home.manager({ shop: place.section })
    expect(await again.migrate('shop', [log, writes('gate')], forever)).toMatchObject({ applied: ['gate'] })
  })
})

onEveryEngine('a history that does not fit the program', (engine) => {
  const later = writes('later')

  async function withLater(place: TestPlace): Promise<void> {
    await place.home.manager({ shop: place.section }).migrate('shop', [log, later], forever)
  }

  test('is told of in the log where a newer release ran', async () => {
    await using place = await engine.place()
    await withLater(place)
    const logger = new RecordingLogger()
    const result = await place.home.manager({ shop: place.section }, { logger }).migrate('shop', [log], forever)
    expect(result).toMatchObject({ applied: [], skipped: ['0'], unknown: ['later'] })
    const fields = { module: 'shop', migrations: ['later'] }
    expect(logger.lines).toContainEqual({ level: 'warn', message: 'DB migrations are unknown', fields })
  })

  test('ends the start where the configuration says so', async () => {
    await using place = await engine.place()
    await withLater(place)
    const shared = { migrations: { unknown: 'error' } }
    await expect(
      place.home.manager({ shop: place.section }, { shared }).migrate('shop', [log, writes('another')], forever),
    ).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN', details: { migrations: ['later'] } })
    expect(await logged(place)).toEqual(['later'])
  })

  test('lets edited migrations pass where the configuration says so', async () => {
    await using place = await engine.place()
    await withLater(place)
    const edited = { ...later, up: (trx: Knex.Transaction) => trx('log').insert({ name: 'edited' }) }
    const strict = place.home.manager({ shop: place.section })
    await expect(strict.migrate('shop', [log, edited], forever)).rejects.toMatchObject({ code: 'MIGRATION_EDITED' })
    const lenient = place.home.manager({ shop: place.section }, { shared: { migrations: { edited: 'warn' } } })
    expect(await lenient.migrate('shop', [log, edited], forever)).toMatchObject({
      applied: [],
      skipped: ['0', 'later'],
    })
    expect(await logged(place)).toEqual(['later'])
  })
})

onEveryEngine('pending migrations', (engine) => {
  test('are listed, and nothing is made', async () => {
    await using place = await engine.place()
    const manager = place.home.manager({ shop: place.section })
    const pending = async (): Promise<readonly string[] | undefined> =>
      (await manager.migrationStatus?.('shop', [writes('b'), log, writes('a')], forever))?.pending
    expect(await pending()).toEqual(['0', 'a', 'b'])
    expect(await readdir(place.home.path)).toEqual([])
    await manager.migrate('shop', [log, writes('a')], forever)
    expect(await pending()).toEqual(['b'])
    expect(await logged(place)).toEqual(['a'])
  })
})
