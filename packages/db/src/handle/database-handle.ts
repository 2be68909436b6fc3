import { type Database, HostError, type TransactionOptions } from '@modkit/core'
import type { Knex } from 'knex'
import type { OpenDatabase } from '../engines/database-engine.js'
import { abortable, cancelled } from './abortable.js'
import { type QueryGate, restrictClient } from './restricted-client.js'
import { TransactionScope } from './transaction-scope.js'

/** The handle that a module is given: queries and transactions, nothing else. */
export function databaseHandle(database: OpenDatabase): Database {
  const scope = new TransactionScope(database.module)
  return handleOn({ database, scope, knex: database.knex, gate: () => scope.assertOutside() })
}

interface Connected {
  readonly database: OpenDatabase
  readonly scope: TransactionScope
  /** The whole database, or one transaction on it. */
  readonly knex: Knex
  readonly gate: QueryGate
}

function handleOn(connected: Connected): Database {
  const source = restrictClient(connected.knex, connected.gate)
  const query = (table: string): Knex.QueryBuilder => source.queryBuilder().table(table)
  const members: Pick<Database, 'engine' | 'raw' | 'transaction'> = {
    engine: connected.database.engine,
    raw: (sql, bindings) => source.raw(sql, bindings),
    transaction: (work, options = {}) => runTransaction(connected, work, options),
  }
  Object.defineProperty(query, 'client', { get: refuseClient })
  // The one place where the call and the members become the callable object that the contract describes.
  return Object.freeze(Object.assign(query, members)) as Database
}

/** Knex's `transacting()` asks for it, and would silently run outside of the transaction if it found nothing. */
function refuseClient(): never {
  throw new HostError('DB_HANDLE_RESTRICTED', { operation: 'The client, which transacting() asks for,' })
}

async function runTransaction<T>(
  { database, scope, knex, gate }: Connected,
  work: (tx: Database) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  gate()
  const { signal } = options
  const operation = `A transaction of module "${database.module}"`
  let hasBegun = false
  const whole = knex.transaction(async (trx) => {
    if (signal?.aborted === true) throw cancelled(operation, signal)
    hasBegun = true
    const tx = handleOn({ database, scope, knex: trx, gate: open })
    return await abortable(
      scope.run(() => work(tx)),
      { operation, signal },
    )
  }, database.transactionConfig(options))
  // Once begun, an abort shows when the rollback is done, not before.
  return await abortable(whole, { operation, signal, until: () => hasBegun })
}

/** Knex itself refuses queries on a transaction that has ended. */
const open: QueryGate = () => undefined
