import type { DatabaseEngine } from '@modkit/core'
import type { EngineSupport } from './database-engine.js'
import { serverEngine } from './server/server-engine.js'
import { sqliteEngine } from './sqlite/sqlite-engine.js'

/** Every engine that a configuration can name. */
export const engines: Readonly<Record<DatabaseEngine, EngineSupport>> = {
  sqlite: sqliteEngine,
  postgres: serverEngine,
  mysql: serverEngine,
}
