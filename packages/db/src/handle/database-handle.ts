import { type Database, HostError, type TransactionOptions } from '@modkit/core'
import type { Knex } from 'knex'
import type { OpenDatabase } from '../engines/database-engine.js'
import { translate } from '../faults/translate.js'
import { abortable, cancelled } from './abortable.js'
import { connectionOf, type QueryGate, restrictClient } from './restricted-client.js'
import { type RetryContext, withRetries } from './retries.js'
import type { SlowQueries } from './slow-queries.js'
import { TransactionScope } from './transaction-scope.js'

/** What a handle needs beside its database. */
export interface HandleSurroundings {
  readonly retrying: RetryContext
  readonly slow: SlowQueries | undefined
}

/** The handle that a module is given: queries and transactions, nothing else. */
export function databaseHandle(database: OpenDatabase, { retrying, slow }: HandleSurroundings): Database {
  const scope = new TransactionScope(database.module)
  const { knex } = database
  const enter = (): void => scope.enterQuery()
  return handleOn({ database, scope, retrying, knex, gate: { ...gateOf(database, knex, enter), slow } })
}

interface Connected {
  readonly database: OpenDatabase
  readonly scope: TransactionScope
  readonly retrying: RetryContext
  /** The whole database, or one transaction on it. */
  readonly knex: Knex
  readonly gate: QueryGate
}

function gateOf(database: OpenDatabase, knex: Knex, enter: () => void): QueryGate {
  const fail = async (error: unknown): Promise<never> => {
    throw await translate(error, database, knex)
  }
  return { enter, fail }
}

function handleOn(connected: Connected): Database {
  const source = restrictClient(connected.knex, connected.gate)
  const query = (table: string): Knex.QueryBuilder => source.queryBuilder().table(table)
  const members: Pick<Database, 'engine' | 'raw' | 'transaction'> = {
    engine: connected.database.engine,
    raw: (sql, bindings) => source.raw(sql, bindings),
    transaction: (work, options = {}) => transaction(connected, work, options),
  }
  Object.defineProperty(query, 'client', { get: refuseClient })
  // The one place where the call and the members become the callable object that the contract describes.
  return Object.freeze(Object.assign(query, members)) as Database
}

/** Knex's `transacting()` asks for it, and would silently run outside of the transaction if it found nothing. */
function refuseClient(): never {
  throw new HostError('DB_HANDLE_RESTRICTED', { operation: 'The client, which transacting() asks for,' })
}

async function transaction<T>(
  connected: Connected,
  work: (tx: Database) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const { retries = 0, signal } = options
  const isOutermost = connected.knex === connected.database.knex
  if (isOutermost) connected.scope.assertOutside()
  // Inside another transaction nothing can be done again alone: what was in the way has undone all of it.
  if (!isOutermost || retries === 0) return await runTransaction(connected, work, options)
  const again = { ...connected.retrying, retries, ...(signal && { signal }) }
  return await withRetries(() => runTransaction(connected, work, options), again)
}

async function runTransaction<T>(
  { database, scope, retrying, knex, gate }: Connected,
  work: (tx: Database) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const { signal } = options
  const operation = `A transaction of module "${database.module}"`
  let hasBegun = false
  const whole = knex.transaction(async (trx) => {
    const connection = await connectionOf(trx)
    if (signal?.aborted === true) throw cancelled(operation, signal)
    hasBegun = true
    const inside = { ...gateOf(database, trx, enterOpen), slow: gate.slow, connection }
    const tx = handleOn({ database, scope, retrying, knex: trx, gate: inside })
    return await abortable(
      scope.run(() => work(tx)),
      { operation, signal },
    )
  }, database.transactionConfig(options))
  try {
    // Once begun, an abort shows when the rollback is done, not before.
    return await abortable(whole, { operation, signal, until: () => hasBegun })
  } catch (error) {
    // What BEGIN and COMMIT say has passed no query's gate.
    return await gate.fail(error)
  }
}

/** Knex itself refuses queries on a transaction that has ended. */
const enterOpen = (): void => undefined
