import { type DatabaseManagerContext, type MergedSection, parseDuration } from '@modkit/core/spi'
import type { DatabasePlan } from '../engines/database-engine.js'
import { engines } from '../engines/engines.js'
import { ConfigProblems } from './config-problems.js'
import { type ConnectionSection, readModuleDatabase, readServer } from './connection-section.js'
import { mergeConnection } from './merge-connection.js'
import { type MigrationPolicy, readMigrationPolicy } from './migration-policy.js'
import { asMap, SectionReader } from './section-reader.js'

const SLOW_QUERY_MS = 1_000

/** Everything of the global section `database`. */
interface SharedSection {
  readonly servers: ReadonlyMap<string, ConnectionSection | undefined>
  readonly autoProvision: boolean
  readonly policy: MigrationPolicy
  readonly slowQueryMs: number
}

/** What the configuration says of databases. */
export interface ResolvedDatabases {
  /** By module. */
  readonly plans: ReadonlyMap<string, DatabasePlan>
  readonly policy: MigrationPolicy
  /** From when on a query is slow; 0 for never. */
  readonly slowQueryMs: number
}

/**
 * What each configured module's database is. Reads no file and opens nothing.
 *
 * @throws HostError `CONFIG_INVALID` with every `DB_CONFIG_INVALID` and `DB_CONFIG_CONFLICT` of all sections
 */
export function resolveDatabases(context: DatabaseSections): ResolvedDatabases {
  const problems = new ConfigProblems(context.originOf)
  const resolved = readDatabases(context, problems)
  problems.throwIfAny()
  return resolved
}

/** What each module's database is merged to, for dumps; of those alone whose sections have no mistakes. */
export function mergedDatabases(context: DatabaseSections): ReadonlyMap<string, MergedSection> {
  const { plans } = readDatabases(context, new ConfigProblems())
  return new Map([...plans].map(([module, { shown }]) => [module, shown]))
}

type DatabaseSections = Pick<DatabaseManagerContext, 'database' | 'modules' | 'homeDir' | 'originOf'>

function readDatabases(context: DatabaseSections, problems: ConfigProblems): ResolvedDatabases {
  const shared = readShared(context.database, problems)
  const plans = new Map<string, DatabasePlan>()
  for (const [module, section] of context.modules) {
    if (section === undefined) continue
    const facts = factsOf({ module, section, shared }, problems)
    const { homeDir } = context
    const plan = facts && engines[facts.engine].plan(facts, { homeDir, autoProvision: shared.autoProvision, problems })
    if (plan) plans.set(module, plan)
  }
  const { policy, slowQueryMs } = shared
  return { plans, policy, slowQueryMs }
}

function readShared(value: unknown, problems: ConfigProblems): SharedSection {
  const map = value === undefined ? {} : (asMap(value, 'database', problems) ?? {})
  const reader = new SectionReader(map, 'database', problems)
  reader.rejectUnknownKeys(['servers', 'auto_provision', 'migrations', 'slow_query'])
  const servers = Object.entries(reader.map('servers') ?? {}).map(
    ([name, server]) => [name, readServer(server, `database.servers.${name}`, problems)] as const,
  )
  const migrations = reader.map('migrations')
  const policy = readMigrationPolicy(migrations && new SectionReader(migrations, 'database.migrations', problems))
  const slowQueryMs =
    reader.parsed('slow_query', (value) => parseDuration(value, 'database.slow_query')) ?? SLOW_QUERY_MS
  return { servers: new Map(servers), autoProvision: reader.boolean('auto_provision') ?? true, policy, slowQueryMs }
}

interface ModuleSection {
  readonly module: string
  readonly section: unknown
  readonly shared: SharedSection
}

function factsOf({ module, section, shared }: ModuleSection, problems: ConfigProblems) {
  const where = `modules.${module}.database`
  const before = problems.size
  const own = readModuleDatabase(section, where, problems)
  if (own?.server !== undefined && !shared.servers.has(own.server)) {
    const reason = `its server "${own.server}" is not one of database.servers`
    problems.unknown(where, { key: 'server', name: own.server, reason, known: [...shared.servers.keys()] })
  }
  // What is left of a section with mistakes would only give problems that follow from them.
  if (!own || problems.size > before) return undefined
  const server = own.server === undefined ? undefined : shared.servers.get(own.server)
  return own.server !== undefined && !server ? undefined : mergeConnection({ module, own, server }, problems)
}
