import { existsSync } from 'node:fs'
import type { PoolSettings } from '../../config/pool-settings.js'
import type { ConnectionFacts } from '../../config/merge-connection.js'
import type { ConfigProblems } from '../../config/config-problems.js'
import { shownConnection } from '../../config/shown-connection.js'
import type { EngineSupport } from '../database-engine.js'
import { shownPool } from '../pool-config.js'
import { openSqlite, SQLITE_POOL } from './open-sqlite.js'
import { type SqliteLocation, sqliteLocation } from './sqlite-location.js'
import { readPragmas, type SqlitePragmas } from './sqlite-pragmas.js'

/** Everything that is needed to open one SQLite database. */
export interface SqliteSettings {
  readonly module: string
  readonly location: SqliteLocation
  readonly pragmas: SqlitePragmas
  readonly pool: PoolSettings
  /** Whether a missing directory is created. */
  readonly autoProvision: boolean
}

/** SQLite through better-sqlite3: the embedded engine, one file per module. */
export const sqliteEngine: EngineSupport = {
  plan(facts, context) {
    rejectServerFields(facts, context.problems)
    const before = context.problems.size
    const pragmas = readPragmas(facts.params, facts.section, context.problems)
    const location = sqliteLocation(facts, context)
    if (!location || context.problems.size > before) return undefined
    const { module, pool } = facts
    const settings: SqliteSettings = { module, location, pragmas, pool, autoProvision: context.autoProvision }
    return {
      module,
      engine: 'sqlite',
      shown: shownConnection(facts, {
        place: { path: location.kind === 'file' ? location.path : ':memory:' },
        pool: shownPool(SQLITE_POOL),
      }),
      ...(location.kind === 'file' && { exists: () => existsSync(location.path) }),
      open: (surroundings) => openSqlite(settings, surroundings),
    }
  },
}

const SERVER_FIELDS = ['host', 'port', 'user', 'password', 'dbname'] as const

function rejectServerFields(facts: ConnectionFacts, problems: ConfigProblems): void {
  for (const field of SERVER_FIELDS) {
    if (facts[field] === undefined) continue
    problems.conflict(facts.section, `the engine sqlite is a file and has no "${field}"`)
  }
}
