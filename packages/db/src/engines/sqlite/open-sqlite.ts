import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HostError, type Logger } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import type { Knex } from 'knex'
import type { MigrationLock, OpenContext, OpenDatabase } from '../database-engine.js'
import { sqliteClient } from './sqlite-client.js'
import type { SqliteSettings } from './sqlite-engine.js'
import { lockSqliteMigrations } from './sqlite-migration-lock.js'

/** How long a query waits for a free connection, in milliseconds, where the configuration says nothing. */
const ACQUIRE_TIMEOUT_MS = 30_000

/**
 * Opens one SQLite database, creating its directory and file where they are missing.
 *
 * @throws HostError `DB_UNAVAILABLE`
 */
export async function openSqlite(settings: SqliteSettings, context: OpenContext): Promise<OpenDatabase> {
  const { module, location } = settings
  let knex: Knex | undefined
  try {
    if (location.kind === 'file') await provideDirectory(location.path, settings.autoProvision)
    knex = await connect(settings, context)
    // Nothing is opened before the first query, and a broken file shows only when it is read.
    await knex.raw('PRAGMA schema_version')
  } catch (error) {
    await knex?.destroy()
    const reason = `${location.kind === 'file' ? `${location.path}: ` : ''}${messageOf(error)}`
    throw new HostError('DB_UNAVAILABLE', { module, reason }, { cause: error })
  }
  return {
    module,
    engine: 'sqlite',
    knex,
    transactionConfig: ({ readOnly = false }) => ({ readOnly }),
    lockMigrations: (signal) => lockMigrations(settings, { ...context, signal }),
  }
}

async function provideDirectory(file: string, autoProvision: boolean): Promise<void> {
  const directory = dirname(file)
  if (autoProvision) await mkdir(directory, { recursive: true })
  else if (!existsSync(directory)) throw new Error('Directory does not exist and auto_provision is disabled')
}

async function connect(settings: SqliteSettings, { clock, logger }: OpenContext): Promise<Knex> {
  // Node sees only the default export of this CommonJS package.
  const { default: library } = await import('knex')
  return library.knex({
    client: await sqliteClient({ pragmas: settings.pragmas, clock }),
    connection: { filename: settings.location.kind === 'file' ? settings.location.path : ':memory:' },
    useNullAsDefault: true,
    pool: poolConfig(settings),
    log: knexLog(logger),
  })
}

/**
 * One connection unless more are configured: better-sqlite3 is synchronous, so more of them do not run in parallel, and
 * the queue of the pool is fairer than waiting for locks. An in-memory database is its connection and never gets a second.
 */
function poolConfig({ location, pool }: SqliteSettings): Knex.PoolConfig {
  const inMemory = location.kind === 'memory'
  const max = inMemory ? 1 : (pool.maxConns ?? 1)
  return {
    max,
    min: inMemory ? 1 : Math.min(pool.minConns ?? 1, max),
    acquireTimeoutMillis: pool.acquireTimeoutMs ?? ACQUIRE_TIMEOUT_MS,
    ...(pool.idleTimeoutMs !== undefined && !inMemory && { idleTimeoutMillis: pool.idleTimeoutMs }),
    ...(pool.maxLifetimeMs !== undefined && !inMemory && { maxConnectionLifetimeMillis: pool.maxLifetimeMs }),
  }
}

/** Knex writes to the console unless it is told where to. Its errors are thrown as well, so none is lost below `warn`. */
function knexLog(logger: Logger): Knex.Logger {
  const line = (message: unknown): string => (typeof message === 'string' ? message : 'Knex has something to say')
  return {
    debug: (message) => logger.trace(line(message)),
    deprecate: (method, alternative) => logger.debug('Knex deprecates a method', { method, alternative }),
    warn: (message) => logger.debug(line(message)),
    error: (message) => logger.debug(line(message)),
  }
}

type LockContext = OpenContext & { readonly signal: AbortSignal }

async function lockMigrations({ module, location }: SqliteSettings, context: LockContext): Promise<MigrationLock> {
  if (location.kind === 'memory') return unneededLock
  return lockSqliteMigrations({ module, databasePath: location.path }, context)
}

/** An in-memory database belongs to this process alone. */
const unneededLock: MigrationLock = { release: () => Promise.resolve() }
