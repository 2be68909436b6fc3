import { randomBytes } from 'node:crypto'
import knexLibrary, { type Knex } from 'knex'
import type { EngineName } from './engine-names.js'
import type { Place } from './place.js'

/** A server: how it is reached, and how a database is made there. */
export interface Server {
  readonly engine: EngineName
  readonly client: string
  /** The environment variable that may say where it is. */
  readonly variable: string
  readonly dsn: string
  /** What follows `CREATE DATABASE` and the name. */
  readonly encoding: string
}

export const servers: readonly Server[] = [
  {
    engine: 'postgres',
    client: 'pg',
    variable: 'MODKIT_TEST_POSTGRES',
    dsn: process.env['MODKIT_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    encoding: "ENCODING 'UTF8' TEMPLATE template0",
  },
  {
    engine: 'mysql',
    client: 'mysql2',
    variable: 'MODKIT_TEST_MYSQL',
    dsn: process.env['MODKIT_TEST_MYSQL'] ?? 'mysql://root@127.0.0.1:3306/test',
    encoding: 'CHARACTER SET utf8mb4',
  },
]

function administrator({ client, dsn }: Server): Knex {
  return knexLibrary.knex({
    client,
    connection: dsn,
    pool: { min: 0, max: 1 },
    acquireConnectionTimeout: 5_000,
    log: silent,
  })
}

const nothing = (): void => undefined
const silent = { warn: nothing, error: nothing, debug: nothing, deprecate: nothing }

async function administer<T>(server: Server, work: (admin: Knex) => Promise<T>): Promise<T> {
  const admin = administrator(server)
  try {
    return await work(admin)
  } finally {
    await admin.destroy()
  }
}

export async function answers(server: Server): Promise<boolean> {
  return administer(server, (admin) => admin.raw('SELECT 1')).then(
    () => true,
    () => false,
  )
}

export async function serverPlace(server: Server): Promise<Place> {
  const database = `modkit_bench_${randomBytes(6).toString('hex')}`
  await administer(server, (admin) => admin.raw(`CREATE DATABASE ${database} ${server.encoding}`))
  const dsn = new URL(server.dsn)
  dsn.pathname = `/${database}`
  return {
    address: { engine: server.engine, at: dsn.href },
    [Symbol.asyncDispose]: () =>
      administer(server, async (admin) => {
        // A subject that was ended leaves its connections for the server to find.
        const force = server.engine === 'postgres' ? ' WITH (FORCE)' : ''
        await admin.raw(`DROP DATABASE ${database}${force}`)
      }),
  }
}
