import type { Knex } from 'knex'
import { type Address, poolSizeOf } from '../places/place.js'

// The sessions of Knex and of the bare drivers are set up as ModKit sets up its own: what a setting costs, it costs all.

export const SQLITE_PRAGMAS = ['busy_timeout = 5', 'journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']

/** What pg takes as its connection. */
export function postgresSession({ at }: Address): { connectionString: string } & Record<string, unknown> {
  return { connectionString: at, statement_timeout: 30_000, keepAlive: true }
}

/** The time limit of a statement, as either server names it: each takes what is meant for it out of the comments. */
export const MYSQL_SESSION =
  "SET time_zone = '+00:00' /*M!, max_statement_time = 30 */ /*!50708 , max_execution_time = 30000 */"

type Done = (error: Error | null, connection: unknown) => void

/** Knex for an address. Connects nothing. */
export function knexConfig(address: Address): Knex.Config {
  const max = poolSizeOf(address)
  switch (address.engine) {
    case 'sqlite':
      return {
        client: 'better-sqlite3',
        connection: { filename: address.at },
        useNullAsDefault: true,
        pool: { min: max, max, afterCreate: setUpSqlite },
      }
    case 'postgres':
      return { client: 'pg', connection: postgresSession(address), pool: { min: 0, max } }
    case 'mysql':
      return { client: 'mysql2', connection: address.at, pool: { min: 0, max, afterCreate: setUpMysql } }
  }
}

function setUpSqlite(connection: { pragma(text: string): unknown }, done: Done): void {
  for (const pragma of SQLITE_PRAGMAS) connection.pragma(pragma)
  done(null, connection)
}

function setUpMysql(connection: { query(sql: string, done: (error: Error | null) => void): void }, done: Done): void {
  connection.query(MYSQL_SESSION, (error) => done(error, connection))
}
