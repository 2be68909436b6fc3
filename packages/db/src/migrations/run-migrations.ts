import { type Clock, HostError, isHostError, type Migration } from '@modkit/core'
import type { Knex } from 'knex'
import type { OpenDatabase } from '../engines/database-engine.js'
import { abortable, cancelled } from '../handle/abortable.js'
import { migrationChecksum, provesEdit } from './migration-checksum.js'
import { type AppliedMigration, MigrationHistory } from './migration-history.js'

export interface MigrationRun {
  /** In the order in which they run, names unique. */
  readonly migrations: readonly Migration[]
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface MigrationOutcome {
  readonly applied: readonly string[]
  readonly skipped: readonly string[]
}

/**
 * Applies what the history does not know, each migration and its row in one transaction. The caller holds the lock.
 *
 * The first failure ends the run; what was applied before stays.
 *
 * @throws HostError `MIGRATION_FAILED`, `MIGRATION_EDITED`, `CANCELLED`
 */
export async function runMigrations(database: OpenDatabase, run: MigrationRun): Promise<MigrationOutcome> {
  const { module, knex } = database
  const history = new MigrationHistory(module)
  await history.createIfMissing(knex)
  const known = await history.applied(knex)
  const [done, pending] = partition(run.migrations, ({ name }) => known.has(name))
  await holdAgainstHistory(done, { known, history, database })
  const applied: string[] = []
  for (const [index, migration] of pending.entries()) {
    try {
      await apply(migration, { database, history, run })
    } catch (error) {
      if (isHostError(error) && error.code === 'CANCELLED') throw error
      const remaining = pending.slice(index).map(({ name }) => name)
      const details = { module, migration: migration.name, applied: [...applied], remaining }
      throw new HostError('MIGRATION_FAILED', details, { cause: error })
    }
    applied.push(migration.name)
  }
  return { applied, skipped: done.map(({ name }) => name) }
}

interface KnownHistory {
  readonly known: ReadonlyMap<string, AppliedMigration>
  readonly history: MigrationHistory
  readonly database: OpenDatabase
}

/** Reports the first migration whose recorded content is not today's; before anything is applied. */
async function holdAgainstHistory(
  done: readonly Migration[],
  { known, history, database }: KnownHistory,
): Promise<void> {
  for (const migration of done) {
    const recorded = known.get(migration.name)?.checksum
    const checksum = migrationChecksum(migration)
    if (recorded === undefined || recorded === checksum) continue
    if (provesEdit(recorded, checksum)) {
      throw new HostError('MIGRATION_EDITED', { module: database.module, migration: migration.name })
    }
    await history.replaceChecksum(database.knex, { version: migration.name, checksum })
  }
}

interface Applying {
  readonly database: OpenDatabase
  readonly history: MigrationHistory
  readonly run: MigrationRun
}

async function apply(migration: Migration, { database, history, run }: Applying): Promise<void> {
  const { clock, signal } = run
  const { name: version } = migration
  const operation = `Migration "${version}" of module "${database.module}"`
  if (signal.aborted) throw cancelled(operation, signal)
  const startedAt = clock.monotonic()
  const upAndRecord = async (connection: Knex): Promise<void> => {
    // A migration without a transaction gets Knex itself, as the contract says.
    await abortable(Promise.resolve(migration.up(connection as Knex.Transaction)), { operation, signal })
    const durationMs = clock.monotonic() - startedAt
    await history.add(connection, { version, checksum: migrationChecksum(migration), durationMs })
  }
  if (migration.transactional === false) return await upAndRecord(database.knex)
  await database.knex.transaction(upAndRecord, database.transactionConfig({}))
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
