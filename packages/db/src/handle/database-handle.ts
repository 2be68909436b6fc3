import { type Database, HostError } from '@modkit/core'
import type { Knex } from 'knex'
import type { OpenDatabase } from '../engines/database-engine.js'
import { translate } from '../faults/translate.js'
import { cancellationOf, type Connected } from './connected.js'
import type { QueryGate } from './query-gate.js'
import { restrictClient } from './restricted-client.js'
import type { RetryContext } from './retries.js'
import type { SlowQueries } from './slow-queries.js'
import { TransactionScope } from './transaction-scope.js'
import { transaction } from './transactions.js'

/** What a handle needs beside its database. */
export interface HandleSurroundings {
  readonly retrying: RetryContext
  readonly slow: SlowQueries | undefined
}

/** The handle that a module is given: queries and transactions, nothing else. */
export function databaseHandle(database: OpenDatabase, { retrying, slow }: HandleSurroundings): Database {
  const scope = new TransactionScope(database.module)
  const gate: QueryGate = {
    enter: () => scope.enterQuery(),
    slow,
    async fail(error) {
      throw await translate(error, database, database.knex)
    },
  }
  return handleOn({ database, scope, retrying, gate, signals: [], transactionSignals: [] })
}

function handleOn(connected: Connected): Database {
  const source = restrictClient(connected.database.knex, {
    ...connected.gate,
    cancellation: cancellationOf(connected),
  })
  const query = (table: string): Knex.QueryBuilder => source.queryBuilder().table(table)
  const members: Pick<Database, 'engine' | 'raw' | 'transaction' | 'withSignal'> = {
    engine: connected.database.engine,
    raw: (sql, bindings) => source.raw(sql, bindings),
    transaction: (work, options = {}) => transaction(connected, (inside) => work(handleOn(inside)), options),
    withSignal: (signal) =>
      signal === undefined ? handle : handleOn({ ...connected, signals: [...connected.signals, signal] }),
  }
  Object.defineProperty(query, 'client', { get: refuseClient })
  // The one place where the call and the members become the callable object that the contract describes.
  const handle = Object.freeze(Object.assign(query, members)) as Database
  return handle
}

/** Knex's `transacting()` asks for it, and would silently run outside of the transaction if it found nothing. */
function refuseClient(): never {
  throw new HostError('DB_HANDLE_RESTRICTED', { operation: 'The client, which transacting() asks for,' })
}
