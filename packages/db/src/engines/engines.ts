import type { DatabaseEngine } from '@modkit/core'
import type { EngineSupport } from './database-engine.js'
import { mysqlEngine } from './mysql/mysql-engine.js'
import { postgresEngine } from './postgres/postgres-engine.js'
import { sqliteEngine } from './sqlite/sqlite-engine.js'

/** Every engine that a configuration can name. */
export const engines: Readonly<Record<DatabaseEngine, EngineSupport>> = {
  sqlite: sqliteEngine,
  postgres: postgresEngine,
  mysql: mysqlEngine,
}
