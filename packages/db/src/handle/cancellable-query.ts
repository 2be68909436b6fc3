import type { Clock } from '@modkit/core'
import { abortable, cancelled, isAborted, onAbort } from '../cancellation/abortable.js'
import { endStatements } from '../cancellation/end-statements.js'
import type { StatementControl } from '../engines/database-engine.js'

/** The signals that a handle's queries honour. */
export interface Cancellation {
  /** For errors. */
  readonly operation: string
  /** Where one of them has aborted, no further query runs. */
  readonly signals: readonly AbortSignal[]
  /** Those of them whose abort each query has to end itself: the others are a transaction's, which ends all of its own. */
  readonly ownSignals: readonly AbortSignal[]
  readonly control: StatementControl
  readonly clock: Clock
}

/** What lends connections. */
export interface ConnectionSource {
  acquireConnection(): Promise<unknown>
  releaseConnection(connection: unknown): Promise<void>
}

/** Where a query runs. */
export interface QueryPlace {
  readonly source: ConnectionSource
  /** Absent where it has to come from the source first. */
  readonly connection?: unknown
}

/** Runs a query on a connection. */
type Run = (connection: unknown) => Promise<unknown>

/**
 * Runs a query until a signal aborts: while it waits for a connection, at once; while it runs, as soon as the server has
 * ended it. What the server had done all the same is answered, not denied.
 */
export async function runCancellable(
  run: Run,
  { source, connection: own }: QueryPlace,
  cancellation: Cancellation,
): Promise<unknown> {
  if (own !== undefined) return await runOn(own, run, cancellation)
  const connection = await acquire(source, cancellation)
  try {
    return await runOn(connection, run, cancellation)
  } finally {
    await source.releaseConnection(connection)
  }
}

/** The same on a connection that is there. */
export async function runOn(connection: unknown, run: Run, cancellation: Cancellation): Promise<unknown> {
  const { operation, signals, ownSignals, control, clock } = cancellation
  if (isAborted(signals)) throw cancelled(operation, signals)
  let ending: Promise<void> | undefined
  const stopListening = onAbort(ownSignals, () => {
    ending ??= endStatements({ control, clock, connections: () => [connection] })
  })
  try {
    return await run(connection)
  } catch (error) {
    throw isAborted(signals) ? cancelled(operation, signals) : error
  } finally {
    stopListening()
    // Until then the next statement of the connection could be ended in place of this one.
    await ending
  }
}

/** Waits for a connection until a signal aborts. */
export async function acquire(
  source: ConnectionSource,
  { operation, signals }: Pick<Cancellation, 'operation' | 'signals'>,
): Promise<unknown> {
  if (isAborted(signals)) throw cancelled(operation, signals)
  const acquiring = source.acquireConnection()
  try {
    return await abortable(acquiring, { operation, signals })
  } catch (error) {
    // What comes when nobody waits for it any more goes back.
    acquiring.then(
      (connection) => source.releaseConnection(connection),
      () => undefined,
    )
    throw error
  }
}
