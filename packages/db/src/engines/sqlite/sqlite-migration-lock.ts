import { HostError } from '@modkit/core'
import type { Database as Connection } from 'better-sqlite3'
import { cancelled, isAborted } from '../../cancellation/abortable.js'
import { LOCK_WAIT_MS, type LockContext, type MigrationLock } from '../database-engine.js'
import { describeHolder, removeHolder, writeHolder } from './lock-holder.js'
import { isBusy, retryWhileBusy } from './retry-while-busy.js'

export interface SqliteLockTarget {
  readonly module: string
  readonly databasePath: string
}

/**
 * The migration lock of an SQLite database: an exclusive transaction on a second file, `<database>.migrate-lock`.
 *
 * The operating system ends it with its process, so nothing is left behind by a crash. The file itself stays: removing it
 * would let two processes lock two files of the same name. Being a second file it leaves the database free to read.
 *
 * @throws HostError `MIGRATION_LOCKED`, `CANCELLED`
 */
export async function lockSqliteMigrations(
  target: SqliteLockTarget,
  context: LockContext,
): Promise<Omit<MigrationLock, 'knex'>> {
  const lockPath = `${target.databasePath}.migrate-lock`
  const holderPath = `${lockPath}.holder`
  const { default: Driver } = await import('better-sqlite3')
  const connection = new Driver(lockPath, { timeout: 0 })
  try {
    await acquire(connection, { ...target, holderPath }, context)
    await writeHolder(holderPath, { module: target.module, now: context.clock.now() })
  } catch (error) {
    connection.close()
    throw error
  }
  return {
    // Nobody but this process can end the transaction on the lock's file.
    assertHeld: () => Promise.resolve(),
    async release() {
      try {
        await removeHolder(holderPath)
      } finally {
        // Closing ends the transaction, and with it the lock.
        connection.close()
      }
    },
  }
}

async function acquire(
  connection: Connection,
  { module, holderPath }: SqliteLockTarget & { readonly holderPath: string },
  { clock, signals }: LockContext,
): Promise<void> {
  const startedAt = clock.monotonic()
  try {
    await retryWhileBusy(() => connection.exec('BEGIN EXCLUSIVE'), { clock, signals, budgetMs: LOCK_WAIT_MS })
  } catch (error) {
    if (!isBusy(error)) throw error
    const operation = `Waiting for the migration lock of module "${module}"`
    if (isAborted(signals)) throw cancelled(operation, signals)
    const waitedMs = Math.round(clock.monotonic() - startedAt)
    throw new HostError(
      'MIGRATION_LOCKED',
      { module, holder: await describeHolder(holderPath), waitedMs },
      { cause: error },
    )
  }
}
