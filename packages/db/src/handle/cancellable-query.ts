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

/** What runs a query, on its connection where it has one. */
interface ConnectedRunner {
  connection?: unknown
  run(): Promise<unknown>
}

/**
 * Runs a query until a signal aborts: while it waits for a connection, at once; while it runs, as soon as the server has
 * ended it. What the server had done all the same is answered, not denied.
 */
export async function runCancellable(
  runner: ConnectedRunner,
  source: ConnectionSource,
  cancellation: Cancellation,
): Promise<unknown> {
  if (runner.connection !== undefined) return await runOn(runner, cancellation)
  const connection = await acquire(source, cancellation)
  runner.connection = connection
  try {
    return await runOn(runner, cancellation)
  } finally {
    await source.releaseConnection(connection)
  }
}

async function runOn(runner: ConnectedRunner, { operation, signals, ...rest }: Cancellation): Promise<unknown> {
  if (isAborted(signals)) throw cancelled(operation, signals)
  const { ownSignals, control, clock } = rest
  let ending: Promise<void> | undefined
  const stopListening = onAbort(ownSignals, () => {
    ending ??= endStatements({ control, clock, connections: () => [runner.connection] })
  })
  try {
    return await runner.run()
  } catch (error) {
    throw isAborted(signals) ? cancelled(operation, signals) : error
  } finally {
    stopListening()
    // Until then the next statement of the connection could be ended in place of this one.
    await ending
  }
}

async function acquire(source: ConnectionSource, { operation, signals }: Cancellation): Promise<unknown> {
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
