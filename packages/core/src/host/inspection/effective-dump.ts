import type { ConfigDump } from '../../config/dump/dump-config.js'
import type { HostConfig } from '../../config/host-config.js'
import { silentLogger } from '../../context/logger.js'
import { systemClock } from '../../time/clock.js'
import { databaseContext, importDatabasePackage } from '../assembly/database-manager.js'

/**
 * Every value of a configuration with where it came from, secrets hidden, and of each module's database what its connection is
 * made of: the merge with its server, with defaults. Opens nothing and creates nothing. Sections with mistakes stay as written.
 *
 * @throws HostError `DB_PACKAGE_MISSING`
 */
export async function effectiveDump(config: HostConfig): Promise<ConfigDump> {
  const context = databaseContext({ config, logger: silentLogger, clock: systemClock })
  if (context === undefined) return config.dump()
  const { mergedDatabases } = await importDatabasePackage()
  return config.dump(mergedDatabases(context))
}
