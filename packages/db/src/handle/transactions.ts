import { HostError, type TransactionOptions } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import { abortable, cancelled, isAborted } from '../cancellation/abortable.js'
import type { OpenDatabase } from '../engines/database-engine.js'
import type { TransactionControl } from '../engines/transaction-control.js'
import { between, type Bounds, operationOf, type Work } from './between.js'
import { acquire } from './cancellable-query.js'
import type { Connected } from './connected.js'
import type { DialectClient } from './dialect-client.js'
import { HeldConnection } from './held-connection.js'
import { OpenTransaction } from './open-transaction.js'
import { withRetries } from './retries.js'

/** Runs `work` in a transaction of the whole database, or in a savepoint of the one that is open. */
export async function transaction<T>(connected: Connected, work: Work<T>, options: TransactionOptions): Promise<T> {
  const { retries = 0, signal } = options
  const signals = signal ? [...connected.signals, signal] : connected.signals
  const here = { ...connected, signals }
  // Inside another transaction nothing can be done again alone: what was in the way has undone all of it.
  if (connected.transaction !== undefined) return await translated(here, () => savepoint(here, work))
  connected.scope.assertOutside()
  const once = (): Promise<T> => translated(here, () => outermost(here, work, options))
  return retries === 0 ? await once() : await withRetries(once, { ...connected.retrying, retries, signals })
}

/** What beginning and committing say has passed no query's gate. */
async function translated<T>({ gate }: Connected, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    return await gate.fail(error)
  }
}

async function outermost<T>(connected: Connected, work: Work<T>, options: TransactionOptions): Promise<T> {
  const { database, retrying, signals } = connected
  const { module, statements: control, transactions } = database
  const begin = transactions.begin(options)
  const client = database.knex.client as DialectClient
  const connection = await acquire(client, { operation: operationOf(connected), signals })
  const held = new HeldConnection({ client, connection, control, clock: retrying.clock })
  const open = new OpenTransaction({ module, held, control: transactions })
  const rollback = async (): Promise<void> => {
    if (transactions.isOpen?.(connection) !== false && !(await held.undo(['ROLLBACK']))) held.dispose()
  }
  const bounds = { begin, commit: () => commit(open, database), rollback, notBegun: rollback }
  try {
    return await between({ open, connected, work }, bounds)
  } finally {
    const after = transactions.after?.(options) ?? []
    if (after.length > 0 && !(await held.undo(after))) held.dispose()
    await held.release()
  }
}

async function commit(open: OpenTransaction, { module, transactions }: OpenDatabase): Promise<void> {
  let answer: unknown
  try {
    answer = await open.exclusively(() => open.held.send(['COMMIT']))
  } catch (error) {
    if (!open.mayHaveCommitted(error)) throw error
    throw new HostError('DB_COMMIT_UNKNOWN', { module, reason: messageOf(error) }, { cause: error })
  }
  if (transactions.isRefusal?.(answer) === true) throw open.rolledBack()
}

let savepointCount = 0

async function savepoint<T>(connected: Connected, work: Work<T>): Promise<T> {
  const { signals, transaction: outer } = connected
  if (outer === undefined) throw new TypeError('A savepoint is one of a transaction.')
  connected.scope.assertOutsideOfSavepoints(outer)
  let hasBegun = false
  const whole = outer.inTurn(async () => {
    if (isAborted(signals)) throw cancelled(operationOf(connected), signals)
    hasBegun = true
    outer.assertOpen()
    return await savepointOf(outer, connected, work)
  })
  // Once begun, an abort shows when it is undone, not before.
  return await abortable(whole, { operation: operationOf(connected), signals, until: () => hasBegun })
}

async function savepointOf<T>(outer: OpenTransaction, connected: Connected, work: Work<T>): Promise<T> {
  const { module, transactions: control } = connected.database
  const open = new OpenTransaction({ module, held: outer.held, control, outer })
  return await between({ open, connected, work }, boundsOf(open, outer, control))
}

function boundsOf(open: OpenTransaction, outer: OpenTransaction, control: TransactionControl): Bounds {
  const { held } = open
  const name = `modkit${String(++savepointCount)}`
  return {
    begin: [`SAVEPOINT ${name}`],
    async commit() {
      try {
        await open.exclusively(() => held.send([`RELEASE SAVEPOINT ${name}`]))
      } catch (error) {
        // What committed the whole transaction, as a change of the schema does on MySQL, has committed this one.
        if (control.isSavepointGone?.(error) !== true) throw error
      }
    },
    async rollback() {
      const undone = outer.exclusively(async () => {
        // Where it fails, the whole transaction can still be rolled back, or has been.
        if (!outer.isOver) await held.undo([`ROLLBACK TO SAVEPOINT ${name}`])
      })
      // Given up with the whole transaction, or undone with it, there is nothing to be done here.
      await undone.catch(() => undefined)
    },
  }
}
