import { type Clock, HostError, isHostError, type Logger, type Migration } from '@modkit/core'
import type { Knex } from 'knex'
import type { MigrationPolicy } from '../config/migration-policy.js'
import { connectionsInUse } from '../engines/connections-in-use.js'
import type { MigrationLock, OpenDatabase } from '../engines/database-engine.js'
import { abortable, cancelled, isAborted } from '../cancellation/abortable.js'
import { endStatements } from '../cancellation/end-statements.js'
import { migrationChecksum, provesEdit } from './migration-checksum.js'
import { type AppliedMigration, MigrationHistory } from './migration-history.js'
import { TransactionMark } from './transaction-mark.js'

export interface MigrationRun {
  /** In the order in which they run, names unique. */
  readonly migrations: readonly Migration[]
  readonly lock: MigrationLock
  readonly clock: Clock
  readonly logger: Logger
  readonly policy: MigrationPolicy
  /** When one of them aborts, the server ends the statement that runs. */
  readonly signals: readonly AbortSignal[]
}

export interface MigrationOutcome {
  readonly applied: readonly string[]
  readonly skipped: readonly string[]
  readonly unknown: readonly string[]
  readonly durationsMs: Readonly<Record<string, number>>
}

/**
 * Applies what the history does not know, each migration and its row in one transaction, while the lock is held.
 *
 * The first failure ends the run; what was applied before stays.
 *
 * @throws HostError `MIGRATION_FAILED`, `MIGRATION_EDITED`, `MIGRATION_LOCK_LOST`, `CANCELLED`
 */
export async function runMigrations(database: OpenDatabase, run: MigrationRun): Promise<MigrationOutcome> {
  const { module } = database
  const { knex } = run.lock
  const history = new MigrationHistory(module)
  const reading = history.createIfMissing(knex).then(() => history.applied(knex))
  const operation = `Reading the migrations of module "${module}"`
  const known = await untilAborted(reading, { operation, database, run })
  const [done, pending] = partition(run.migrations, ({ name }) => known.has(name))
  const checked = { known, history, module, knex, run }
  const unknown = unknownIn(checked)
  await holdAgainstHistory(done, checked)
  const durationsMs: Record<string, number> = {}
  for (const [index, migration] of pending.entries()) {
    try {
      durationsMs[migration.name] = await apply(migration, { database, history, run })
    } catch (error) {
      if (isHostError(error) && ENDS_THE_RUN.has(error.code)) throw error
      const remaining = pending.slice(index).map(({ name }) => name)
      const partlyApplied = error instanceof PartlyApplied
      const details = { module, migration: migration.name, applied: Object.keys(durationsMs), remaining, partlyApplied }
      throw new HostError('MIGRATION_FAILED', details, { cause: partlyApplied ? error.cause : error })
    }
  }
  return { applied: Object.keys(durationsMs), skipped: done.map(({ name }) => name), unknown, durationsMs }
}

/** What says something of the whole run, not of the migration that ran. */
const ENDS_THE_RUN: ReadonlySet<string> = new Set(['CANCELLED', 'MIGRATION_LOCK_LOST'])

/** A migration failed, and some of what it did cannot be undone; the cause is why it failed. */
class PartlyApplied extends Error {}

interface KnownHistory {
  readonly known: ReadonlyMap<string, AppliedMigration>
  readonly history: MigrationHistory
  readonly module: string
  readonly knex: Knex
  readonly run: MigrationRun
}

/** What the history has and the program has not. @throws HostError `MIGRATION_UNKNOWN` where the policy says so */
function unknownIn({ known, module, run }: KnownHistory): readonly string[] {
  const names = new Set(run.migrations.map(({ name }) => name))
  const unknown = [...known.keys()].filter((name) => !names.has(name)).sort()
  if (unknown.length === 0) return unknown
  if (run.policy.unknown === 'error') throw new HostError('MIGRATION_UNKNOWN', { module, migrations: unknown })
  run.logger.warn('DB migrations are unknown', { module, migrations: unknown })
  return unknown
}

/** Reports the first migration whose recorded content is not today's; before anything is applied. */
async function holdAgainstHistory(
  done: readonly Migration[],
  { known, history, module, knex, run }: KnownHistory,
): Promise<void> {
  for (const migration of done) {
    const recorded = known.get(migration.name)?.checksum
    const checksum = migrationChecksum(migration)
    if (recorded === undefined || recorded === checksum) continue
    if (provesEdit(recorded, checksum)) {
      if (run.policy.edited === 'error') throw new HostError('MIGRATION_EDITED', { module, migration: migration.name })
      run.logger.warn('DB migration was edited after it had been applied', { module, migration: migration.name })
      continue
    }
    await history.replaceChecksum(knex, { version: migration.name, checksum })
  }
}

interface Applying {
  readonly database: OpenDatabase
  readonly history: MigrationHistory
  readonly run: MigrationRun
}

/** How long it took, in milliseconds. */
async function apply(migration: Migration, { database, history, run }: Applying): Promise<number> {
  const { clock, signals, lock, logger } = run
  const { name: version } = migration
  const operation = `Migration "${version}" of module "${database.module}"`
  if (isAborted(signals)) throw cancelled(operation, signals)
  const startedAt = clock.monotonic()
  const up = (connection: Knex): Promise<unknown> =>
    // A migration without a transaction gets Knex itself, as the contract says.
    untilAborted(Promise.resolve(migration.up(connection as Knex.Transaction)), { operation, database, run })
  const record = async (connection: Knex): Promise<void> => {
    const durationMs = clock.monotonic() - startedAt
    await history.add(connection, { version, checksum: migrationChecksum(migration), durationMs })
    // Without the lock somebody else may have done the same by now; what is not committed yet must not be.
    await lock.assertHeld()
  }
  await applyOn(migration, { database, lock, up, record })
  const durationMs = clock.monotonic() - startedAt
  logger.info('DB migration applied', {
    module: database.module,
    migration: version,
    durationMs: Math.round(durationMs),
  })
  return durationMs
}

interface Abortion {
  readonly operation: string
  readonly database: OpenDatabase
  readonly run: MigrationRun
}

/** What the server does for it ends with it: a statement that went on would hold the lock, and change what nobody expects. */
function untilAborted<T>(work: Promise<T>, { operation, database, run }: Abortion): Promise<T> {
  const { signals, clock, lock } = run
  const connections = (): readonly unknown[] => connectionsInUse(lock.knex)
  const ending = (): Promise<void> => endStatements({ control: database.statements, clock, connections })
  return abortable(work, { operation, signals, ending })
}

interface Steps {
  readonly database: OpenDatabase
  readonly lock: MigrationLock
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
    await lock.knex.transaction(inTransaction, database.transactionConfig({}))
  } catch (error) {
    // That there was nothing to roll back any more is not what went wrong.
    throw failure ?? error
  }
}

/** @throws PartlyApplied where `up` fails and something of it stays */
async function undoable(
  trx: Knex.Transaction,
  { commitsSchemaChanges }: OpenDatabase,
  up: (trx: Knex.Transaction) => Promise<unknown>,
): Promise<void> {
  const mark = await TransactionMark.set(trx)
  try {
    await up(trx)
  } catch (error) {
    // A connection that has gone cannot be asked, and its server has undone everything.
    const isUndone = trx.isCompleted() || (await mark.undo().catch(() => true))
    throw isUndone ? error : new PartlyApplied('', { cause: error })
  }
  if (!(await mark.release()) && !commitsSchemaChanges) {
    const cause = new Error('It ended the transaction that it was given; what it did before has stayed.')
    throw new PartlyApplied('', { cause })
  }
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
