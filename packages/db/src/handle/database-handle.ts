import { type Database, HostError, type TransactionOptions } from '@modkit/core'
import type { Knex } from 'knex'
import { abortable, cancelled, isAborted } from '../cancellation/abortable.js'
import { endStatements } from '../cancellation/end-statements.js'
import type { OpenDatabase } from '../engines/database-engine.js'
import { translate } from '../faults/translate.js'
import type { Cancellation } from './cancellable-query.js'
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
  const gate = { ...gateOf(database, knex, enter), slow }
  return handleOn({ database, scope, retrying, knex, gate, signals: [], transactionSignals: [] })
}

interface Connected {
  readonly database: OpenDatabase
  readonly scope: TransactionScope
  readonly retrying: RetryContext
  /** The whole database, or one transaction on it. */
  readonly knex: Knex
  readonly gate: QueryGate
  /** What ends the queries of this handle, the signals of its transaction left out. */
  readonly signals: readonly AbortSignal[]
  /** What ends the transaction, and with it every query in it. */
  readonly transactionSignals: readonly AbortSignal[]
}

function gateOf(database: OpenDatabase, knex: Knex, enter: () => void): QueryGate {
  const fail = async (error: unknown): Promise<never> => {
    throw await translate(error, database, knex)
  }
  return { enter, fail }
}

function handleOn(connected: Connected): Database {
  const source = restrictClient(connected.knex, { ...connected.gate, cancellation: cancellationOf(connected) })
  const query = (table: string): Knex.QueryBuilder => source.queryBuilder().table(table)
  const members: Pick<Database, 'engine' | 'raw' | 'transaction' | 'withSignal'> = {
    engine: connected.database.engine,
    raw: (sql, bindings) => source.raw(sql, bindings),
    transaction: (work, options = {}) => transaction(connected, work, options),
    withSignal: (signal) => handleOn({ ...connected, signals: [...connected.signals, signal] }),
  }
  Object.defineProperty(query, 'client', { get: refuseClient })
  // The one place where the call and the members become the callable object that the contract describes.
  return Object.freeze(Object.assign(query, members)) as Database
}

/** `undefined` where nothing can abort, so that queries do not pay for it. */
function cancellationOf({ database, retrying, signals, transactionSignals }: Connected): Cancellation | undefined {
  if (signals.length === 0 && transactionSignals.length === 0) return undefined
  return {
    operation: `A query of module "${database.module}"`,
    signals: [...transactionSignals, ...signals],
    ownSignals: signals,
    control: database.statements,
    clock: retrying.clock,
  }
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
  const signals = signal ? [...connected.signals, signal] : connected.signals
  // Inside another transaction nothing can be done again alone: what was in the way has undone all of it.
  if (!isOutermost || retries === 0) return await runTransaction({ ...connected, signals }, work, options)
  const again = { ...connected.retrying, retries, signals }
  return await withRetries(() => runTransaction({ ...connected, signals }, work, options), again)
}

async function runTransaction<T>(
  connected: Connected,
  work: (tx: Database) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const { database, scope, knex, gate, signals } = connected
  const operation = `A transaction of module "${database.module}"`
  let hasBegun = false
  let failure: unknown
  const whole = knex.transaction(async (trx) => {
    const connection = await connectionOf(trx)
    if (isAborted(signals)) throw cancelled(operation, signals)
    hasBegun = true
    const tx = transactionHandle(connected, trx, connection)
    const ending = (): Promise<void> => endOn(connected, connection)
    try {
      return await abortable(
        scope.run(() => work(tx)),
        { operation, signals, ending },
      )
    } catch (error) {
      failure = error
      throw error
    }
  }, database.transactionConfig(options))
  try {
    // Once begun, an abort shows when the rollback is done, not before.
    return await abortable(whole, { operation, signals, until: () => hasBegun })
  } catch (error) {
    // What BEGIN and COMMIT say has passed no query's gate. That there was nothing to roll back any more is not what went wrong.
    return await gate.fail(failure ?? error)
  }
}

function transactionHandle(connected: Connected, trx: Knex.Transaction, connection: unknown): Database {
  const { database, gate, signals, transactionSignals } = connected
  const inside = { ...gateOf(database, trx, enterOpen), slow: gate.slow, connection }
  const ofTransaction = { signals: [], transactionSignals: [...transactionSignals, ...signals] }
  return handleOn({ ...connected, knex: trx, gate: inside, ...ofTransaction })
}

/** What runs must end before the rollback can: it would wait behind it. */
function endOn({ database, retrying }: Connected, connection: unknown): Promise<void> {
  return endStatements({ control: database.statements, clock: retrying.clock, connections: () => [connection] })
}

/** Knex itself refuses queries on a transaction that has ended. */
const enterOpen = (): void => undefined
