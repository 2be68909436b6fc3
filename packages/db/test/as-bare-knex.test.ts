import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import { type Database, HostError, type Migration } from '@modkit/core'
import knexLibrary, { type Knex } from 'knex'
import { forever } from './fixtures/scratch-home.js'
import { onEveryEngine, type TestEngine, type TestPlace } from './fixtures/test-engines.js'

const tables: Migration = {
  name: '1',
  async up(trx) {
    await trx.schema.createTable('users', (table) => {
      table.increments('id')
      table.string('email', 40).notNullable().unique()
      table.integer('age')
    })
    await trx.schema.createTable('notes', (table) => {
      table.increments('id')
      table.integer('user').unsigned().references('users.id')
      table.text('text')
    })
  },
}

/** What every query finds; the numbers of rows are given, so that what was there before does not show. */
async function filled(source: Source): Promise<void> {
  await source.transaction(async (asks) => {
    await asks('notes').delete()
    await asks('users').delete()
    await asks('users').insert([1, 2, 3, 4, 5].map((id) => ({ id, email: `${String(id)}@example.org`, age: id * 10 })))
    await asks('notes').insert([1, 2, 3].map((id) => ({ id, user: id, text: `note ${String(id)}` })))
  })
}

/** The part of Knex that a module is given, too. */
interface Asks {
  (table: string): Knex.QueryBuilder
  raw(sql: string, bindings?: readonly Knex.RawBinding[] | Readonly<Record<string, Knex.RawBinding>>): Knex.Raw
}

interface Source extends Asks {
  transaction(work: (asks: Asks) => Promise<void>): Promise<void>
}

type Case = (asks: Asks) => PromiseLike<unknown>

/** Queries that change nothing, by what they are about. */
const reading: Readonly<Record<string, Case>> = {
  'all rows': (asks) => asks('users').orderBy('id'),
  'the first row': (asks) => asks('users').orderBy('id').first(),
  'no first row': (asks) => asks('users').where('id', 99).first(),
  'one column': (asks) => asks('users').orderBy('id').pluck('email'),
  'chosen columns by other names': (asks) => asks('users').select({ who: 'email' }).where('age', '>', 20).orderBy('id'),
  'conditions in a function': (asks) =>
    asks('users')
      .where((some) => void some.where('age', '<', 20).orWhereIn('id', [3, 4]))
      .orderBy('id'),
  'a range, a pattern and null': (asks) =>
    asks('users').whereBetween('age', [10, 40]).whereLike('email', '%example%').whereNotNull('age').orderBy('id'),
  'a condition that holds for none': (asks) => asks('users').whereIn('id', []),
  'rows of two tables': (asks) =>
    asks('users').join('notes', 'notes.user', 'users.id').select('email', 'text').orderBy('email'),
  'rows without a partner': (asks) =>
    asks('users').leftJoin('notes', 'notes.user', 'users.id').whereNull('notes.id').orderBy('email').pluck('email'),
  'a subquery as a condition': (asks) =>
    asks('users').whereIn('id', asks('notes').select('user')).orderBy('id').pluck('id'),
  'a subquery as a table': (asks) =>
    asks('users')
      .from(asks('users').where('age', '>', 20).as('old'))
      .count({ n: '*' }),
  'a common table expression': (asks) =>
    asks('old')
      .with('old', asks('users').where('age', '>', 20))
      .orderBy('id')
      .pluck('id'),
  'a recursive one': (asks) =>
    asks.raw('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n', [4]),
  'a union': (asks) =>
    asks('users')
      .select('id')
      .where('id', 1)
      .union([asks('users').select('id').where('id', 2)])
      .orderBy('id'),
  aggregates: (asks) => asks('users').min({ a: 'age' }).max({ b: 'age' }).sum({ c: 'age' }).first(),
  groups: (asks) =>
    asks('notes').select('user').count({ n: '*' }).groupBy('user').having('user', '>', 1).orderBy('user'),
  'distinct values, limited and from the second on': (asks) =>
    asks('users').distinct('age').orderBy('age').limit(2).offset(1),
  'what a table has': (asks) => asks('users').columnInfo(),
  'what one column is': (asks) => asks('users').columnInfo('email'),
  'raw SQL with values': (asks) => asks.raw('SELECT id FROM users WHERE id > ? ORDER BY id', [3]),
  'raw SQL with names': (asks) => asks.raw('SELECT :name: AS n FROM users WHERE id = :id', { name: 'email', id: 2 }),
  'raw SQL in a query': (asks) =>
    asks('users')
      .select(asks.raw('age * ? AS more', [2]))
      .orderBy('id'),
  'a query of which a clone is changed': async (asks) => {
    const query = asks('users').where('id', '<', 4)
    return [await query.clone().where('id', 2).pluck('id'), await query.orderBy('id').pluck('id')]
  },
  'rows as arrays': (asks) =>
    asks('users').select('id', 'email').orderBy('id').options({ rowMode: 'array', rowsAsArray: true }),
  'a limit of time that is kept': (asks) => asks('users').where('id', 1).timeout(20_000),
  'what is done afterwards': async (asks) => {
    const done: unknown[] = []
    const query = asks('users').where('id', 1)
    await query.then((rows: unknown) => done.push(rows))
    await query.finally(() => done.push('finally'))
    await query.catch(() => done.push('caught'))
    return done
  },
  'what is shown and not asked': (asks) =>
    Promise.resolve([
      asks('users').where({ id: 1 }).toQuery(),
      asks('users').where({ id: 1 }).toSQL().sql,
      asks.raw('?', [1]).toQuery(),
    ]),
  'a table that is not there': (asks) => asks('nowhere'),
  'a column that is not there': (asks) => asks('users').where('nothing', 1),
  'what is no SQL': (asks) => asks.raw('SELEC'),
  'no SQL at all': (asks) => asks.raw(''),
  'a value that is not there': (asks) => asks('users').where('id', undefined as never),
  'a value too few': (asks) => asks.raw('SELECT ?, ?', [1]),
}

/** Those that do, or try to: each finds the same rows. */
const writing: Readonly<Record<string, Case>> = {
  'an insert': (asks) => asks('users').insert({ id: 6, email: 'new@example.org' }),
  'an insert of many': (asks) =>
    asks('users').insert([
      { id: 6, email: 'a@example.org' },
      { id: 7, email: 'b@example.org', age: 1 },
    ]),
  'an insert of none': (asks) => asks('users').insert([]),
  'an insert that gives what it wrote': (asks) =>
    asks('users').insert({ id: 6, email: 'new@example.org' }).returning('email'),
  'an insert that gives several columns': (asks) =>
    asks('users').insert({ id: 6, email: 'new@example.org', age: 7 }).returning(['email', 'age']),
  'an insert that leaves what is there': (asks) =>
    asks('users').insert({ id: 6, email: '1@example.org', age: 7 }).onConflict('email').ignore(),
  'an insert that overwrites': (asks) =>
    asks('users').insert({ id: 6, email: '1@example.org', age: 7 }).onConflict('email').merge(['age']),
  'an insert of a query': (asks) =>
    asks('notes').insert(asks('users').select({ id: 'id', user: 'id', text: 'email' }).where('id', 4)),
  'an update': (asks) => asks('users').where('age', '>', 20).update({ age: 0 }),
  'an update of nothing': (asks) => asks('users').where('id', 99).update({ age: 0 }),
  'an update that gives what it wrote': (asks) => asks('users').where('id', 1).update({ age: 0 }, ['id', 'age']),
  'a count upwards': (asks) => asks('users').where('id', 1).increment('age', 5),
  'a count downwards': (asks) => asks('users').where('id', 1).decrement({ age: 5 }),
  'a deletion': (asks) => asks('notes').where('id', '>', 1).delete(),
  'emptying a table': (asks) => asks('notes').truncate(),
  'raw SQL that writes': (asks) => asks.raw('UPDATE users SET age = 1 WHERE id < ?', [3]),
  'a query that is built once and asked twice': async (asks) => {
    const query = asks('users').where('id', 1).increment('age', 1)
    return [await query, await query]
  },
  'a key that repeats': (asks) => asks('users').insert({ id: 6, email: '1@example.org' }),
  'a row that refers to none': (asks) => asks('notes').insert({ id: 6, user: 99 }),
  'a column that needs a value': (asks) => asks('users').insert({ id: 6, email: null }),
}

interface Outcome {
  readonly result?: unknown
  readonly error?: unknown
  /** The tables afterwards, where it writes. */
  readonly users?: unknown
  readonly notes?: unknown
}

/** What a driver says of an error, beneath what it is translated to. */
function saidOf(error: unknown): unknown {
  const { message, code, errno, name } = (error instanceof HostError ? error.cause : error) as NodeJS.ErrnoException
  return { message, code, errno, name }
}

/** Of the connection, not of the query: the state of its session, its character set, and what a driver keeps of a packet. */
const OF_CONNECTION = /^_|^(?:serverStatus|characterSet|columnLength|encoding)$/

/** Answers without what differs from one connection to the next. */
function plain(value: unknown): unknown {
  const { rows, rowCount, command } = (value ?? {}) as Record<string, unknown>
  const answer = Array.isArray(rows) ? { rows, rowCount, command } : value
  if (answer === undefined) return undefined
  const text = JSON.stringify(answer, (key, inner: unknown) => (OF_CONNECTION.test(key) ? undefined : inner))
  return JSON.parse(text) as unknown
}

async function settled(work: PromiseLike<unknown>): Promise<Outcome> {
  try {
    return { result: plain(await work) }
  } catch (error) {
    return { error: saidOf(error) }
  }
}

const CLIENTS = { sqlite: 'better-sqlite3', postgres: 'pg', mysql: 'mysql2' } as const

/** Knex itself, on the same database. */
function bareKnex({ name }: TestEngine, { home, section }: TestPlace): Knex {
  const connection = name === 'sqlite' ? { filename: `${home.path}/shop/test.db` } : String(section['dsn'])
  return knexLibrary({
    client: CLIENTS[name],
    connection,
    useNullAsDefault: name === 'sqlite',
    pool: { min: 0, max: 1 },
    // Of what an engine cannot do, it tells on the console.
    log: { warn: () => undefined },
  })
}

async function shop(place: TestPlace): Promise<Database> {
  const manager = place.home.manager({ shop: { ...place.section, pool: { max_conns: 1 } } })
  await manager.migrate('shop', [tables], forever)
  const db = await manager.resolve('shop', forever)
  if (!db) throw new Error('no database')
  return db
}

type Way = (db: Database, work: (asks: Asks) => Promise<unknown>) => Promise<unknown>

/** The ways in which a module asks. */
const ways: Readonly<Record<string, Way>> = {
  'through its handle': (db, work) => work(db),
  'with a signal': (db, work) => work(db.withSignal(forever)),
  'in a transaction': (db, work) => db.transaction((tx) => work(tx)),
  'in a transaction inside another, with a signal': (db, work) =>
    db.transaction((tx) => tx.transaction((inner) => work(inner), { signal: forever })),
}

/** What comes of a query, and what the tables are afterwards. */
async function outcomeOf(asks: Source, isWriting: boolean, asked: () => Promise<unknown>): Promise<Outcome> {
  if (isWriting) await filled(asks)
  const outcome = await settled(asked())
  if (!isWriting) return outcome
  return { ...outcome, users: await asks('users').orderBy('id'), notes: await asks('notes').orderBy('id') }
}

onEveryEngine('what a module asks', (engine) => {
  test.each([
    ['reads', reading, false],
    ['writes', writing, true],
  ] as const)(
    'gives, and fails with, what Knex itself does: where it %s',
    async (_, cases, isWriting) => {
      await using place = await engine.place()
      const db = await shop(place)
      const bare = bareKnex(engine, place)
      const differing: unknown[] = []
      try {
        await filled(bare)
        for (const [name, about] of Object.entries(cases)) {
          const expected = await outcomeOf(bare, isWriting, () => Promise.resolve(about(bare)))
          for (const [way, asking] of Object.entries(ways)) {
            const seen = await outcomeOf(db, isWriting, () => asking(db, (asks) => Promise.resolve(about(asks))))
            if (!isDeepStrictEqual(seen, expected)) differing.push({ name, way, seen, expected })
          }
        }
      } finally {
        await bare.destroy()
      }
      expect(differing).toEqual([])
    },
    60_000,
  )
})
