import { randomBytes } from 'node:crypto'
import { describe, test } from '@jest/globals'
import knexLibrary, { type Knex } from 'knex'

/** A database of its own for the tests of one suite. */
export interface TestDatabase extends AsyncDisposable {
  /** Where it is, for `modules.city-store.database`. */
  readonly dsn: string
}

export interface TestEngine {
  readonly name: string
  readonly isServer: boolean
  create(): Promise<TestDatabase>
}

interface Server {
  readonly name: string
  readonly variable: string
  readonly defaultDsn: string
  readonly client: string
  /** What its databases must be told so that every name can be written. */
  readonly options: string
}

const servers: readonly Server[] = [
  {
    name: 'PostgreSQL',
    variable: 'MODKIT_TEST_POSTGRES',
    defaultDsn: 'postgres://postgres@127.0.0.1:5432/postgres',
    client: 'pg',
    options: "ENCODING 'UTF8' TEMPLATE template0",
  },
  {
    name: 'MariaDB',
    variable: 'MODKIT_TEST_MYSQL',
    defaultDsn: 'mysql://root@127.0.0.1:3306/test',
    client: 'mysql2',
    options: 'CHARACTER SET utf8mb4',
  },
]

function dsnOf({ variable, defaultDsn }: Server): string {
  return process.env[variable] ?? defaultDsn
}

function administrator(server: Server): Knex {
  const { client } = server
  return knexLibrary({ client, connection: dsnOf(server), pool: { min: 0, max: 1 }, acquireConnectionTimeout: 5_000 })
}

async function createOn(server: Server): Promise<TestDatabase> {
  const admin = administrator(server)
  const database = `modkit_cities_${randomBytes(6).toString('hex')}`
  await admin.raw(`CREATE DATABASE ${database} ${server.options}`)
  const dsn = new URL(dsnOf(server))
  dsn.pathname = `/${database}`
  return {
    dsn: dsn.href,
    async [Symbol.asyncDispose]() {
      await admin.raw(`DROP DATABASE ${database}`)
      await admin.destroy()
    },
  }
}

async function answers(server: Server): Promise<boolean> {
  const admin = administrator(server)
  try {
    await admin.raw('SELECT 1')
    return true
  } catch {
    return false
  } finally {
    await admin.destroy()
  }
}

const here = await Promise.all(servers.map(async (server) => [server, await answers(server)] as const))

const inMemory: TestEngine = {
  name: 'SQLite',
  isServer: false,
  create: () => Promise.resolve({ dsn: 'sqlite::memory:', [Symbol.asyncDispose]: () => Promise.resolve() }),
}

/**
 * The suite once for each engine: always for SQLite, for servers where they answer: at the DSN of `MODKIT_TEST_POSTGRES` and
 * `MODKIT_TEST_MYSQL`, or at the usual port of this machine. Elsewhere it counts as skipped, and under `CI=true` as failed.
 */
export function onEveryEngine(title: string, suite: (engine: TestEngine) => void): void {
  onSqlite(title, suite)
  onServers(title, suite)
}

/** The same for SQLite alone. */
export function onSqlite(title: string, suite: (engine: TestEngine) => void): void {
  describe(`${title} on ${inMemory.name}`, () => suite(inMemory))
}

/** The same for the servers alone. */
export function onServers(title: string, suite: (engine: TestEngine) => void): void {
  for (const [server, isHere] of here) {
    const engine: TestEngine = { name: server.name, isServer: true, create: () => createOn(server) }
    if (isHere) describe(`${title} on ${server.name}`, () => suite(engine))
    else if (process.env['CI'] === 'true') {
      test(`${title} on ${server.name}`, () => {
        throw new Error(`No ${server.name} answers at ${new URL(dsnOf(server)).host}; name one by ${server.variable}.`)
      })
    } else describe.skip(`${title} on ${server.name}`, () => suite(engine))
  }
}
