import type { DatabaseManager, DatabaseManagerContext, MergedSection } from '../../capabilities/database.js'
import type { HostConfig } from '../../config/host-config.js'
import type { Logger } from '../../context/logger.js'
import { HostError } from '../../errors/host-error.js'
import type { Clock } from '../../time/clock.js'
import type { HostOptions } from '../options/host-options.js'

/** Imported by name and only when a database is configured, so that a program without one never loads Knex. */
const DATABASE_PACKAGE = '@modkit/db'

interface DatabasePackage {
  readonly createDatabaseManager: (context: DatabaseManagerContext) => DatabaseManager
  readonly mergedDatabases: (context: DatabaseManagerContext) => ReadonlyMap<string, MergedSection>
}

export interface DatabaseSurroundings {
  readonly config: HostConfig
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * The host's database manager: the given one, that of `@modkit/db` when a database is configured, or none.
 *
 * @throws HostError `DB_PACKAGE_MISSING`, or what the manager finds wrong with the configuration
 */
export async function databaseManager(
  { database }: HostOptions,
  surroundings: DatabaseSurroundings,
): Promise<DatabaseManager | undefined> {
  if (database === 'none') return undefined
  if (database) return database
  const context = databaseContext(surroundings)
  if (context === undefined) return undefined
  const { createDatabaseManager } = await importDatabasePackage()
  return createDatabaseManager(context)
}

/** What the configuration says of databases; `undefined` where it says nothing. */
export function databaseContext(surroundings: DatabaseSurroundings): DatabaseManagerContext | undefined {
  const { config, logger, clock } = surroundings
  const sections = new Map(config.moduleNames.map((name) => [name, config.entry(name)?.database]))
  const modules = new Map([...sections].filter(([, section]) => section !== undefined))
  if (config.database === undefined && modules.size === 0) return undefined
  const { database, homeDir } = config
  return { database, modules, homeDir, originOf: (path) => config.originOf(path), logger, clock }
}

/** @throws HostError `DB_PACKAGE_MISSING` */
export async function importDatabasePackage(): Promise<DatabasePackage> {
  try {
    return (await import(DATABASE_PACKAGE)) as DatabasePackage
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown }
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' && String(message).includes(DATABASE_PACKAGE)
    throw isMissing ? new HostError('DB_PACKAGE_MISSING', { package: DATABASE_PACKAGE }, { cause: error }) : error
  }
}
