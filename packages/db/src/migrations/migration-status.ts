import { HostError, type Migration } from '@modkit/core'
import type { MigrationStatus } from '@modkit/core/spi'
import type { MigrationPolicy } from '../config/migration-policy.js'
import { migrationChecksum, provesEdit } from './migration-checksum.js'
import type { AppliedMigration } from './migration-history.js'

type Applied = ReadonlyMap<string, AppliedMigration>

/** What a module's migrations are held against. */
export interface KnownMigrations {
  readonly module: string
  /** By name. */
  readonly known: Applied
  readonly policy: MigrationPolicy
}

/** Holds migrations, in the order in which they run, against the history of their database. */
export function migrationStatus(
  migrations: readonly Migration[],
  { module, known, policy }: KnownMigrations,
): MigrationStatus {
  const unknown = namesUnknown(migrations, known)
  const edited = migrations.filter((migration) => wasEdited(migration, known)).map(({ name }) => name)
  return {
    pending: migrations.map(({ name }) => name).filter((name) => !known.has(name)),
    edited,
    unknown,
    problems: [
      ...(policy.unknown === 'error' && unknown.length > 0 ? [unknownRefused(module, unknown)] : []),
      ...(policy.edited === 'error' ? edited.map((name) => editRefused(module, name)) : []),
    ],
  }
}

/** Whether what was recorded of a migration when it was applied proves that it is not the same any more. */
export function wasEdited(migration: Migration, known: Applied): boolean {
  const recorded = known.get(migration.name)?.checksum
  return recorded !== undefined && provesEdit(recorded, migrationChecksum(migration))
}

/** What the history has and the program has not, sorted. */
export function namesUnknown(migrations: readonly Migration[], known: Applied): readonly string[] {
  const names = new Set(migrations.map(({ name }) => name))
  return [...known.keys()].filter((name) => !names.has(name)).sort()
}

export function editRefused(module: string, migration: string): HostError {
  return new HostError('MIGRATION_EDITED', { module, migration })
}

export function unknownRefused(module: string, migrations: readonly string[]): HostError {
  return new HostError('MIGRATION_UNKNOWN', { module, migrations })
}
