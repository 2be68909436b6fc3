import type { Migration } from '@modkit/core'
import type { Knex } from 'knex'
import { abortable, cancelled, isAborted } from '../cancellation/abortable.js'
import { endStatements } from '../cancellation/end-statements.js'
import { connectionsInUse } from '../engines/connections-in-use.js'
import type { OpenDatabase } from '../engines/database-engine.js'
import { EndLimit } from './end-limit.js'
import { migrationChecksum } from './migration-checksum.js'
import type { MigrationHistory } from './migration-history.js'
import type { MigrationRun } from './migration-run.js'
import { OutsideStatements } from './outside-statements.js'
import { TransactionMark } from './transaction-mark.js'
import { UnfinishedMigrations } from './unfinished-migrations.js'

export interface Applying {
  readonly database: OpenDatabase
  readonly history: MigrationHistory
  readonly run: MigrationRun
}

/** A migration failed, and some of what it did may have stayed; the cause is why it failed. */
export class PartlyApplied extends Error {}

/** Whether a migration that ends half-way may leave something: where its statements are no one transaction. */
export function cannotBeUndone({ transactional }: Migration, { commitsSchemaChanges }: OpenDatabase): boolean {
  return transactional === false || commitsSchemaChanges
}

/**
 * Applies one migration with its row of the history. How long it took, in milliseconds.
 *
 * @throws what the migration throws, HostError `CANCELLED`, `MIGRATION_LOCK_LOST`; PartlyApplied because of one of them
 */
export async function applyMigration(migration: Migration, { database, history, run }: Applying): Promise<number> {
  const { clock, signals, lock, logger } = run
  const { name: version } = migration
  const operation = `Migration "${version}" of module "${database.module}"`
  if (isAborted(signals)) throw cancelled(operation, signals)
  const startedAt = clock.monotonic()
  const unfinished = cannotBeUndone(migration, database) ? new UnfinishedMigrations(database.module) : undefined
  const end = new EndLimit(database, run)
  const up = async (connection: Knex): Promise<unknown> => {
    await unfinished?.begin(connection, version, clock.now())
    // A migration without a transaction gets Knex itself, as the contract says.
    const work = Promise.resolve(migration.up(connection as Knex.Transaction))
    return await untilAborted(work, { operation, database, run }).finally(() => end.begin())
  }
  const record = async (connection: Knex): Promise<void> => {
    const durationMs = clock.monotonic() - startedAt
    await history.add(connection, { version, checksum: migrationChecksum(migration), durationMs })
    // In this order: a row beside one of the history means nothing.
    await unfinished?.end(connection, version)
    // Without the lock somebody else may have done the same by now; what is not committed yet must not be.
    await lock.assertHeld()
  }
  try {
    await applyOn(migration, { database, lock, up, record })
  } catch (error) {
    const stays = end.wasExceeded || (await hasStayed(unfinished, { version, knex: lock.knex }))
    throw stays ? partlyApplied(error) : error
  } finally {
    end.over()
  }
  const durationMs = clock.monotonic() - startedAt
  logger.info('DB migration applied', {
    module: database.module,
    migration: version,
    durationMs: Math.round(durationMs),
  })
  return durationMs
}

interface Place {
  readonly version: string
  readonly knex: Knex
}

/** Whether the row that a migration writes first has outlived it. */
async function hasStayed(unfinished: UnfinishedMigrations | undefined, { version, knex }: Place): Promise<boolean> {
  // Where the database cannot be asked, it may have; the next run can ask.
  return (await unfinished?.has(knex, version).catch(() => true)) ?? false
}

function partlyApplied(error: unknown): unknown {
  return error instanceof PartlyApplied ? error : new PartlyApplied('', { cause: error })
}

interface Abortion {
  readonly operation: string
  readonly database: OpenDatabase
  readonly run: MigrationRun
}

/** What the server does for it ends with it: a statement that went on would hold the lock, and change what nobody expects. */
export function untilAborted<T>(work: Promise<T>, { operation, database, run }: Abortion): Promise<T> {
  const { signals, clock, lock } = run
  const connections = (): readonly unknown[] => connectionsInUse(lock.knex)
  const ending = (): Promise<void> => endStatements({ control: database.statements, clock, connections })
  return abortable(work, { operation, signals, ending })
}

interface Steps {
  readonly database: OpenDatabase
  readonly lock: MigrationRun['lock']
  readonly up: (connection: Knex) => Promise<unknown>
  readonly record: (connection: Knex) => Promise<void>
}

async function applyOn({ transactional }: Migration, { database, lock, up, record }: Steps): Promise<void> {
  if (transactional === false) {
    await up(lock.knex)
    await record(lock.knex)
    return
  }
  let failure: unknown
  const inTransaction = async (trx: Knex.Transaction): Promise<void> => {
    try {
      await undoable(trx, database, up)
      await record(trx)
    } catch (error) {
      failure = error
      throw error
    }
  }
  try {
    await lock.knex.transaction(inTransaction)
  } catch (error) {
    // That there was nothing to roll back any more is not what went wrong.
    throw failure ?? error
  }
}

/** @throws PartlyApplied where `up` fails and something of it stays */
async function undoable(
  trx: Knex.Transaction,
  { commitsSchemaChanges, hasRolledBack, transactions }: OpenDatabase,
  up: (trx: Knex.Transaction) => Promise<unknown>,
): Promise<void> {
  if (commitsSchemaChanges) {
    // Its row among the unfinished ones tells what has stayed.
    await up(trx)
    return
  }
  const mark = await TransactionMark.set(trx)
  const outside = await OutsideStatements.watch(trx, transactions)
  try {
    await up(trx)
  } catch (error) {
    // A connection that has gone cannot be asked, and its server has undone everything.
    const isUndone = trx.isCompleted() || hasRolledBack(error) || (await mark.undo().catch(() => true))
    throw isUndone && !outside.any ? error : new PartlyApplied('', { cause: error })
  }
  if (!(await mark.release())) {
    const cause = new Error('It ended the transaction that it was given; what it did before has stayed.')
    throw new PartlyApplied('', { cause })
  }
}
