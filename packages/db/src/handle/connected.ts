import type { Cancellation } from './cancellable-query.js'
import type { OpenDatabase } from '../engines/database-engine.js'
import type { OpenTransaction } from './open-transaction.js'
import type { QueryGate } from './query-gate.js'
import type { RetryContext } from './retries.js'
import type { TransactionScope } from './transaction-scope.js'

/** What one handle works on and with. */
export interface Connected {
  readonly database: OpenDatabase
  readonly scope: TransactionScope
  readonly retrying: RetryContext
  /** Absent for the handle on the whole database. */
  readonly transaction?: OpenTransaction | undefined
  readonly gate: QueryGate
  /** What ends the queries of this handle, the signals of its transaction left out. */
  readonly signals: readonly AbortSignal[]
  /** What ends the transaction, and with it every query in it. */
  readonly transactionSignals: readonly AbortSignal[]
}

/** `undefined` where nothing can abort, so that queries do not pay for it. */
export function cancellationOf({
  database,
  retrying,
  signals,
  transactionSignals,
}: Connected): Cancellation | undefined {
  if (signals.length === 0 && transactionSignals.length === 0) return undefined
  return {
    operation: `A query of module "${database.module}"`,
    signals: [...transactionSignals, ...signals],
    ownSignals: signals,
    control: database.statements,
    clock: retrying.clock,
  }
}
