import { abortable, cancelled, isAborted } from '../cancellation/abortable.js'
import { endStatements } from '../cancellation/end-statements.js'
import { translate } from '../faults/translate.js'
import { runOn } from './cancellable-query.js'
import type { Connected } from './connected.js'
import type { OpenTransaction } from './open-transaction.js'
import type { QueryGate } from './query-gate.js'
import { restrictClient } from './restricted-client.js'

/** What a module does in a transaction, through a handle that is made of what it is given. */
export type Work<T> = (inside: Connected) => Promise<T>

/** How one begins and how it ends. */
export interface Bounds {
  readonly begin: readonly string[]
  commit(): Promise<void>
  /** Never rejects. */
  rollback(): Promise<void>
  /** What restores the connection where beginning has failed. Never rejects. */
  notBegun?(): Promise<void>
}

export interface Between<T> {
  readonly open: OpenTransaction
  readonly connected: Connected
  readonly work: Work<T>
}

/** Begins, works, and commits; undoes where any of it fails, or a signal aborts. Rejects with what went wrong first. */
export async function between<T>({ open, connected, work }: Between<T>, bounds: Bounds): Promise<T> {
  const { scope, signals } = connected
  const operation = operationOf(connected)
  try {
    await beginOn(open, connected, bounds.begin)
  } catch (error) {
    await bounds.notBegun?.()
    throw error
  }
  try {
    if (isAborted(signals)) throw cancelled(operation, signals)
    const running = scope.run(open, () => work(inside(open, connected)))
    const result = await abortable(running, { operation, signals, ending: () => endOn(open, connected) })
    open.assertOpen()
    open.end()
    await bounds.commit()
    return result
  } catch (error) {
    open.giveUp()
    // The rollback would wait for what was left running.
    if (open.isRunning) await endOn(open, connected)
    await bounds.rollback()
    throw error
  }
}

async function beginOn(open: OpenTransaction, connected: Connected, begin: readonly string[]): Promise<void> {
  const { database, retrying, signals } = connected
  const { held } = open
  const send = (): Promise<unknown> => held.send(begin)
  await open.exclusively(async () => {
    if (signals.length === 0) return await send()
    const ending = { control: database.statements, clock: retrying.clock, signals, ownSignals: signals }
    return await runOn(held.connection, send, { operation: operationOf(connected), ...ending })
  })
}

/** Has what the transaction runs ended; of a savepoint, what the others on its connection run is left alone. */
function endOn(open: OpenTransaction, { database, retrying, transaction: outer }: Connected): Promise<void> {
  const { connection } = open.held
  const connections = (): readonly unknown[] => (outer === undefined || open.isRunning ? [connection] : [])
  return endStatements({ control: database.statements, clock: retrying.clock, connections })
}

function inside(open: OpenTransaction, connected: Connected): Connected {
  const { signals, transactionSignals } = connected
  return {
    ...connected,
    transaction: open,
    gate: gateOf(open, connected),
    signals: [],
    transactionSignals: [...transactionSignals, ...signals],
  }
}

function gateOf(open: OpenTransaction, { database, gate: { slow } }: Connected): QueryGate {
  const enter = (): void => open.assertOpen()
  const { connection } = open.held
  return {
    enter,
    slow,
    connection,
    transaction: open,
    async fail(error) {
      // What is asked about the error is asked where it was thrown.
      const asking = restrictClient(database.knex, {
        enter,
        connection,
        // Passed on as it is, also where it is no error.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        fail: (failed) => Promise.reject(failed),
      })
      throw await translate(error, database, asking)
    },
  }
}

/** For errors. */
export function operationOf({ database }: Connected): string {
  return `A transaction of module "${database.module}"`
}
