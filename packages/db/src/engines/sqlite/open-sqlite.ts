import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf } from '@modkit/core/spi'
import type { Knex } from 'knex'
import type { LockContext, MigrationLock, OpenContext, OpenDatabase } from '../database-engine.js'
import { unavailable } from '../../faults/driver-fault.js'
import { knexLog } from '../knex-log.js'
import { poolConfig } from '../pool-config.js'
import { LockWaits } from './lock-waits.js'
import { sqliteClient } from './sqlite-client.js'
import { sqliteAdvice } from './sqlite-advice.js'
import { hasRolledBack, sqliteFault } from './sqlite-faults.js'
import type { SqliteSettings } from './sqlite-engine.js'
import { lockSqliteMigrations } from './sqlite-migration-lock.js'
import { sqliteTransactions } from './sqlite-transactions.js'

/**
 * Opens one SQLite database, creating its directory and file where they are missing.
 *
 * @throws HostError `DB_UNAVAILABLE`
 */
export async function openSqlite(settings: SqliteSettings, context: OpenContext): Promise<OpenDatabase> {
  const { module, location } = settings
  const waits = new LockWaits()
  let knex: Knex | undefined
  try {
    if (location.kind === 'file') await provideDirectory(location.path, settings.autoProvision)
    knex = await connect(settings, { ...context, waits })
    // Nothing is opened before the first query, and a broken file shows only when it is read.
    await knex.raw('PRAGMA schema_version')
  } catch (error) {
    await knex?.destroy()
    const reason = `${location.kind === 'file' ? `${location.path}: ` : ''}${messageOf(error)}`
    throw unavailable({ module, reason, advice: sqliteAdvice(error) }, error)
  }
  const opened = knex
  return {
    module,
    engine: 'sqlite',
    knex,
    statements: waits,
    commitsSchemaChanges: false,
    hasRolledBack,
    transactions: sqliteTransactions,
    faultOf: sqliteFault,
    lockMigrations: (signals) => lockMigrations(opened, settings, { ...context, signals }),
  }
}

async function provideDirectory(file: string, autoProvision: boolean): Promise<void> {
  const directory = dirname(file)
  if (autoProvision) await mkdir(directory, { recursive: true })
  else if (!existsSync(directory)) throw new Error('Directory does not exist and auto_provision is disabled')
}

async function connect(
  settings: SqliteSettings,
  { clock, logger, waits }: OpenContext & { readonly waits: LockWaits },
): Promise<Knex> {
  // Node sees only the default export of this CommonJS package.
  const { default: library } = await import('knex')
  return library.knex({
    client: await sqliteClient({ pragmas: settings.pragmas, clock, waits }),
    connection: { filename: settings.location.kind === 'file' ? settings.location.path : ':memory:' },
    useNullAsDefault: true,
    pool: poolOf(settings),
    log: knexLog(logger),
  })
}

/** What a pool is where nothing is configured. */
export const SQLITE_POOL = { maxConns: 1, minConns: 1 } as const

/**
 * One connection unless more are configured: better-sqlite3 is synchronous, so more of them do not run in parallel, and
 * the queue of the pool is fairer than waiting for locks. An in-memory database is its connection and never gets a second.
 */
function poolOf({ location, pool }: SqliteSettings): Knex.PoolConfig {
  return location.kind === 'memory'
    ? poolConfig({ ...SQLITE_POOL, acquireTimeoutMs: pool.acquireTimeoutMs }, SQLITE_POOL)
    : poolConfig(pool, SQLITE_POOL)
}

async function lockMigrations(
  knex: Knex,
  { module, location }: SqliteSettings,
  context: LockContext,
): Promise<MigrationLock> {
  // An in-memory database belongs to this process alone.
  if (location.kind === 'memory') return { knex, assertHeld: () => Promise.resolve(), release: () => Promise.resolve() }
  const lock = await lockSqliteMigrations({ module, databasePath: location.path }, context)
  return { knex, ...lock }
}
