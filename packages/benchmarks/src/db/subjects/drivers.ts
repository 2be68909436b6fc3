import Sqlite from 'better-sqlite3'
import mysql, { type Connection } from 'mysql2/promise'
import pg from 'pg'
import { type Address, poolSizeOf } from '../places/place.js'
import type { Driver, Run } from './driver-calls.js'
import { MYSQL_SESSION, postgresSession, SQLITE_PRAGMAS } from './sessions.js'

/** The driver of an engine, with as many connections as the others have. */
export function openDriver(address: Address): Driver {
  switch (address.engine) {
    case 'sqlite':
      return sqliteDriver(address)
    case 'postgres':
      return postgresDriver(address)
    case 'mysql':
      return mysqlDriver(address)
  }
}

/** Begins, works, and commits; what fails ends the bench, and its connection with it. */
async function inTransaction<T>(run: Run, work: (run: Run) => Promise<T>): Promise<T> {
  await run('BEGIN', [])
  const result = await work(run)
  await run('COMMIT', [])
  return result
}

function sqliteDriver({ at }: Address): Driver {
  const connection = new Sqlite(at)
  for (const pragma of SQLITE_PRAGMAS) connection.pragma(pragma)
  // Prepares each time, as Knex does. Whoever knows his statements keeps them, and has nothing to compare with it.
  const run: Run = async (sql, bindings) => {
    const statement = connection.prepare(sql)
    if (statement.reader) return statement.all(bindings)
    statement.run(bindings)
    return []
  }
  return { run, transaction: (work) => inTransaction(run, work) }
}

function postgresDriver(address: Address): Driver {
  const pool = new pg.Pool({ ...postgresSession(address), max: poolSizeOf(address) })
  const runOn =
    (connection: pg.Pool | pg.PoolClient): Run =>
    async (sql, bindings) =>
      (await connection.query<Record<string, unknown>>(sql, bindings)).rows
  return {
    run: runOn(pool),
    async transaction(work) {
      const connection = await pool.connect()
      const result = await inTransaction(runOn(connection), work)
      connection.release()
      return result
    },
  }
}

function mysqlDriver(address: Address): Driver {
  const pool = mysql.createPool({ uri: address.at, connectionLimit: poolSizeOf(address) })
  // What a connection is first asked, it does first.
  pool.pool.on('connection', (connection) => void connection.query(MYSQL_SESSION))
  const runOn =
    (connection: Pick<Connection, 'query'>): Run =>
    async (sql, bindings) => {
      const [rows] = await connection.query(sql, bindings)
      return Array.isArray(rows) ? rows : []
    }
  return {
    run: runOn(pool),
    async transaction(work) {
      const connection = await pool.getConnection()
      const result = await inTransaction(runOn(connection), work)
      connection.release()
      return result
    },
  }
}
