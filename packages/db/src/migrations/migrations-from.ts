import { readdir } from 'node:fs/promises'
import { HostError, type Migration } from '@modkit/core'
import type { Knex } from 'knex'

/** A file with one migration: `export` of what a {@link Migration} has but its name, or of a default object with the same. */
export interface MigrationModule extends Partial<MigrationBody> {
  readonly default?: MigrationBody
}

interface MigrationBody extends Omit<Migration, 'name' | 'up'> {
  /** Changes the database. With `transactional: false` it gets a plain connection. */
  readonly up: (trx: Knex.Transaction) => Promise<unknown>
}

/** What Node and its loaders take as code; declarations and source maps beside it are none. */
const CODE = /(?<!\.d)\.[cm]?[jt]s$/

/**
 * The migrations of modules that have been imported, each named by its file: `./001-users.ts` becomes `001-users`.
 *
 * Folder and extension do not count, so that the history is the same for a program that runs from its sources and one that was
 * compiled.
 *
 * @param modules by their paths, as `import.meta.glob('./migrations/*', { eager: true })` of bundlers gives them
 * @throws HostError `MIGRATION_FILES_INVALID` for two files of one name, and for a file without `up`
 */
export function migrationsFrom(modules: Readonly<Record<string, MigrationModule>>): readonly Migration[] {
  assertUnambiguous(Object.keys(modules))
  return Object.entries(modules).map(([path, module]) => migrationIn(path, module))
}

/**
 * The same of all code in a folder, which is imported: `await loadMigrations(new URL('./migrations/', import.meta.url))`.
 *
 * @throws HostError `MIGRATION_FILES_INVALID`; whatever an import throws
 */
export async function loadMigrations(folder: URL): Promise<readonly Migration[]> {
  const base = folder.href.endsWith('/') ? folder : new URL(`${folder.href}/`)
  const files = (await readdir(base)).filter((file) => CODE.test(file)).sort()
  assertUnambiguous(files)
  const modules = await Promise.all(files.map((file) => import(new URL(file, base).href) as Promise<MigrationModule>))
  return files.map((file, index) => migrationIn(file, modules[index] ?? {}))
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(CODE, '')
}

/** Two would be one migration that runs twice, or the wrong one that runs once: an old compilation beside its source. */
function assertUnambiguous(paths: readonly string[]): void {
  const byName = new Map<string, string>()
  for (const path of paths) {
    const other = byName.get(nameOf(path))
    if (other !== undefined) throw invalid(path, `it and ${other} have the same name; remove one of them`)
    byName.set(nameOf(path), path)
  }
}

function migrationIn(path: string, module: MigrationModule): Migration {
  const { up, transactional, checksum } = module.default ?? module
  if (typeof up !== 'function') throw invalid(path, 'it exports no function "up"')
  return {
    name: nameOf(path),
    // Itself, and not a function around it: its source is what its checksum is made of.
    up,
    ...(transactional !== undefined && { transactional }),
    ...(checksum !== undefined && { checksum }),
  }
}

function invalid(file: string, reason: string): HostError {
  return new HostError('MIGRATION_FILES_INVALID', { file, reason })
}
