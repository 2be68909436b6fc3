import { HostError, type Migration } from '@modkit/core'
import { MAX_MIGRATION_NAME } from './migration-history.js'

/**
 * A module's migrations in the order in which they run: by name, compared code unit by code unit.
 *
 * @throws HostError `MIGRATION_INVALID`, `MIGRATION_DUPLICATE`
 */
export function orderedMigrations(module: string, migrations: readonly Migration[]): readonly Migration[] {
  const names = new Set<string>()
  for (const migration of migrations) {
    assertLegal(module, migration)
    if (names.has(migration.name)) throw new HostError('MIGRATION_DUPLICATE', { module, migration: migration.name })
    names.add(migration.name)
  }
  return migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Migrations may come from plain JavaScript, where no compiler looked at them. */
function assertLegal(module: string, migration: Partial<Migration> | undefined): void {
  const { name, up } = migration ?? {}
  const invalid = (reason: string): HostError =>
    new HostError('MIGRATION_INVALID', { module, migration: String(name), reason })
  if (typeof name !== 'string' || name.trim() === '') throw invalid('its name must be a text that is not empty')
  if ([...name].length > MAX_MIGRATION_NAME) {
    throw invalid(`its name is longer than ${String(MAX_MIGRATION_NAME)} characters`)
  }
  if (typeof up !== 'function') throw invalid('it has no method up()')
}
