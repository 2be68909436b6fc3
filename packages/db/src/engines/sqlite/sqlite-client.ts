import type { Clock } from '@modkit/core'
import type { Database as Connection, RunResult } from 'better-sqlite3'
import type { Knex } from 'knex'
import type { LockWaits } from './lock-waits.js'
import { ownRealmError } from './own-realm-error.js'
import { BLOCKING_WAIT_MS, type BusyWait, isBusy, retryWhileBusy } from './retry-while-busy.js'
import type { SqlitePragmas } from './sqlite-pragmas.js'

export interface SqliteClientOptions {
  readonly waits: LockWaits
  readonly pragmas: SqlitePragmas
  readonly clock: Clock
}

/** A connection as Knex hands it around. */
type PooledConnection = Connection & { readonly __knexTxId?: string }

/** What Knex asks, and where it looks for the answer. */
interface Query {
  readonly sql?: string
  readonly bindings?: unknown
  readonly options?: unknown
  response?: unknown
  context?: unknown
}

/** What this file uses of a transaction of Knex's SQLite dialect. */
interface DialectTransaction {
  readonly trxClient: { query(connection: PooledConnection, sql: string): Promise<unknown> }
  begin(connection: PooledConnection): Promise<unknown>
}

/** What this file uses of Knex's dialect for better-sqlite3, which Knex's own types leave out. */
interface DialectClient {
  readonly transacting?: boolean
  acquireRawConnection(): Promise<PooledConnection>
  _query(connection: PooledConnection, query: Query): Promise<unknown>
  _formatBindings(bindings: unknown): unknown[]
  _optSafeIntegers(options: unknown): boolean | undefined
  transaction(...args: unknown[]): DialectTransaction
}

type DialectClass = new (config: Knex.Config) => DialectClient

/** Knex documents extending a dialect by its class and gives no other door to it. */
const DIALECT = 'knex/lib/dialects/better-sqlite3/index.js'

/**
 * Knex's dialect for better-sqlite3, taught three things: connections are set up before they are used, a lock of somebody
 * else is waited for without blocking the event loop, and a transaction that may write takes the write lock at once.
 */
export async function sqliteClient({ pragmas, clock, waits }: SqliteClientOptions): Promise<typeof Knex.Client> {
  const { default: Dialect } = (await import(DIALECT)) as { default: DialectClass }
  const budgetMs = pragmas.busyTimeoutMs

  class PatientSqliteClient extends Dialect {
    override async acquireRawConnection(): Promise<PooledConnection> {
      let connection: PooledConnection | undefined
      try {
        connection = await super.acquireRawConnection()
        await setUp(connection, { pragmas, clock })
        return connection
      } catch (error) {
        connection?.close()
        throw ownRealmError(error)
      }
    }

    override _query(connection: PooledConnection, query: Query): Promise<unknown> {
      const { __knexTxId: transaction, inTransaction } = connection
      const attempt = (): Query => runNow(this, connection, query)
      try {
        return Promise.resolve(attempt())
      } catch (error) {
        // A statement must not run after its transaction has ended: it would be committed on its own.
        const worthRetrying = (): boolean =>
          !waits.isGivenUp(connection) &&
          connection.open &&
          connection.__knexTxId === transaction &&
          connection.inTransaction === inTransaction
        return waits.during(connection, () => recovered(error, attempt, { clock, budgetMs, worthRetrying }))
      }
    }

    override transaction(...args: unknown[]): DialectTransaction {
      return withLockingBegin(super.transaction(...args), this.transacting === true)
    }
  }
  // Knex takes any class derived from one of its dialects.
  return PatientSqliteClient as unknown as typeof Knex.Client
}

/** Tries again what has failed because of somebody else's lock. Rejects with any other error. */
async function recovered(error: unknown, attempt: () => Query, wait: BusyWait): Promise<Query> {
  try {
    if (!isBusy(error)) throw error
    return await retryWhileBusy(attempt, wait)
  } catch (failure) {
    throw ownRealmError(failure)
  }
}

/** What Knex does in a function that waits, although better-sqlite3 has the answer at once. */
function runNow(client: DialectClient, connection: PooledConnection, query: Query): Query {
  if (!query.sql) throw new Error('The query is empty')
  const statement = connection.prepare(query.sql)
  const safeIntegers = client._optSafeIntegers(query.options)
  if (safeIntegers !== undefined) statement.safeIntegers(safeIntegers)
  const bindings = client._formatBindings(query.bindings)
  if (statement.reader) query.response = statement.all(bindings)
  else answerWrite(query, statement.run(bindings))
  return query
}

function answerWrite(query: Query, result: RunResult): void {
  query.response = result
  query.context = { lastID: result.lastInsertRowid, changes: result.changes }
}

async function setUp(
  connection: Connection,
  { pragmas, clock }: Pick<SqliteClientOptions, 'pragmas' | 'clock'>,
): Promise<void> {
  connection.pragma(`busy_timeout = ${String(Math.min(BLOCKING_WAIT_MS, pragmas.busyTimeoutMs))}`)
  const wait = { clock, budgetMs: pragmas.busyTimeoutMs }
  // Switching a new file to WAL needs it alone: two programs that start together meet here.
  await retryWhileBusy(() => connection.pragma(`journal_mode = ${pragmas.journalMode}`), wait)
  connection.pragma(`synchronous = ${pragmas.synchronous}`)
  connection.pragma('foreign_keys = ON')
}

/**
 * Lets a transaction begin with the lock that it will need. Knex's own deferred BEGIN loses at once where two
 * transactions read first and then write, and runs the callback even where BEGIN has failed.
 */
function withLockingBegin(transaction: DialectTransaction, isNested: boolean): DialectTransaction {
  if (isNested) return transaction
  transaction.begin = async (connection) => {
    await transaction.trxClient.query(connection, 'BEGIN IMMEDIATE')
  }
  return transaction
}
