import { HostError, isHostError, type Migration } from '@modkit/core'
import type { Knex } from 'knex'
import type { OpenDatabase } from '../engines/database-engine.js'
import { translate } from '../faults/translate.js'
import { type Applying, applyMigration, cannotBeUndone, PartlyApplied, untilAborted } from './apply-migration.js'
import { migrationChecksum } from './migration-checksum.js'
import { type AppliedMigration, MigrationHistory } from './migration-history.js'
import { editRefused, namesUnknown, unknownRefused, wasEdited } from './migration-status.js'
import type { MigrationRun } from './migration-run.js'
import { UnfinishedMigrations } from './unfinished-migrations.js'

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
  const begun = await begunBefore(pending, { database, run })
  const durationsMs: Record<string, number> = {}
  for (const [index, migration] of pending.entries()) {
    try {
      durationsMs[migration.name] = await applyMigration(migration, { database, history, run })
    } catch (error) {
      const partlyApplied = error instanceof PartlyApplied
      const cause = partlyApplied ? error.cause : error
      if (isHostError(cause) && ENDS_THE_RUN.has(cause.code)) throw cause
      const remaining = pending.slice(index).map(({ name }) => name)
      const since = begun.get(migration.name)
      const names = { migration: migration.name, applied: Object.keys(durationsMs), remaining }
      const details = { module, ...names, partlyApplied, ...(since !== undefined && { begunBefore: since }) }
      throw new HostError('MIGRATION_FAILED', details, { cause: await translate(cause, database, knex) })
    }
  }
  return { applied: Object.keys(durationsMs), skipped: done.map(({ name }) => name), unknown, durationsMs }
}

/** What says something of the whole run, not of the migration that ran. */
const ENDS_THE_RUN: ReadonlySet<string> = new Set(['CANCELLED', 'MIGRATION_LOCK_LOST'])

/** Which of these an earlier run has begun, could not undo and did not finish, and since when: told of before they run again. */
async function begunBefore(
  pending: readonly Migration[],
  { database, run }: Pick<Applying, 'database' | 'run'>,
): Promise<ReadonlyMap<string, string>> {
  if (!pending.some((migration) => cannotBeUndone(migration, database))) return new Map()
  const { knex } = run.lock
  const { module } = database
  const unfinished = new UnfinishedMigrations(module)
  await unfinished.createIfMissing(knex)
  const begun = await unfinished.all(knex)
  for (const { name } of pending) {
    const since = begun.get(name)
    if (since === undefined) continue
    run.logger.warn('DB migration has begun before and was not finished', { module, migration: name, since })
  }
  return begun
}

interface KnownHistory {
  readonly known: ReadonlyMap<string, AppliedMigration>
  readonly history: MigrationHistory
  readonly module: string
  readonly knex: Knex
  readonly run: MigrationRun
}

/** What the history has and the program has not. @throws HostError `MIGRATION_UNKNOWN` where the policy says so */
function unknownIn({ known, module, run }: KnownHistory): readonly string[] {
  const unknown = namesUnknown(run.migrations, known)
  if (unknown.length === 0) return unknown
  if (run.policy.unknown === 'error') throw unknownRefused(module, unknown)
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
    if (wasEdited(migration, known)) {
      if (run.policy.edited === 'error') throw editRefused(module, migration.name)
      run.logger.warn('DB migration was edited after it had been applied', { module, migration: migration.name })
      continue
    }
    await history.replaceChecksum(knex, { version: migration.name, checksum })
  }
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}
