import { hostname } from 'node:os'
import { HostError } from '@modkit/core'
import { settleWithin } from '@modkit/core/spi'
import type { Client } from 'pg'
import type { LockContext, MigrationLock } from '../database-engine.js'
import { ANSWER_MS, ATTEMPT_MS, waitForLock } from '../server/lock-wait.js'
import { closeKnex } from '../server/close-knex.js'
import { serverKnex, unreachable } from '../server/server-connection.js'
import { type PostgresSettings, postgresConnection, postgresDialect } from './postgres-connection.js'
import { postgresConnections, postgresStatements } from './postgres-statements.js'

/** What the server says where a lock did not come within `lock_timeout`. */
const LOCK_NOT_AVAILABLE = '55P03'

/** How long the server has to end the connection of a lock. */
const CLOSE_MS = 2_000

/** For a migration and what it begins beside itself. */
const MIGRATION_POOL = { maxConns: 2 }

/**
 * The migration lock of a module in a PostgreSQL database: an advisory lock of the session, on a connection of its own. The
 * server gives it back when that connection ends, however that happens.
 *
 * Of the database and the schema in which the module's tables are made: two schemas are two places.
 */
export async function lockPostgresMigrations(settings: PostgresSettings, context: LockContext): Promise<MigrationLock> {
  const { module } = settings
  const client = await connect(settings)
  let isLost = false
  client.on('error', () => (isLost = true))
  try {
    await waitForLock(
      { module, ...context },
      { attempt: () => attempt(client, module), holder: () => holder(client, module) },
    )
    const name = nameOf(module)
    const connection = postgresConnection(settings, name)
    const control = postgresStatements(settings, context)
    const dialect = { client: await postgresDialect({ tests: false, control }), connection }
    const knex = await serverKnex({ pool: MIGRATION_POOL }, dialect, context)
    return {
      knex,
      async assertHeld() {
        if (isLost || !(await isHeld(client, module))) throw new HostError('MIGRATION_LOCK_LOST', { module })
      },
      async release() {
        // Ending the connection ends the lock: the migrations' own must have ended before.
        await closeKnex(knex, { control: postgresConnections, clock: context.clock })
        await close(client, context)
      },
    }
  } catch (error) {
    await close(client, context)
    throw error
  }
}

/** Also the name by which others learn who it is: at most 63 bytes are kept, the beginning of them. */
function nameOf(module: string): string {
  return `modkit ${String(process.pid)}@${hostname()} ${module}`
}

async function connect(settings: PostgresSettings): Promise<Client> {
  const { default: pg } = await import('pg')
  // Whatever sessions are to be called elsewhere: by this name those who wait learn who it is.
  const name = nameOf(settings.module)
  const connection = {
    ...postgresConnection(settings, name),
    application_name: name,
    statement_timeout: false as const,
    query_timeout: ANSWER_MS,
  }
  const client = new pg.Client(connection)
  try {
    await client.connect()
    await client.query(`SET lock_timeout = ${String(ATTEMPT_MS)}`)
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw unreachable(settings, error)
  }
}

/** Says goodbye, and hangs up where the server does not. */
async function close(client: Client, { clock }: Pick<LockContext, 'clock'>): Promise<void> {
  const operation = 'Closing the connection of a migration lock'
  const { kind } = await settleWithin(client.end(), { operation, clock, afterMs: CLOSE_MS })
  if (kind !== 'done') (client as unknown as PostgresConnection).connection.stream.destroy()
}

/** What the driver's types leave out. */
interface PostgresConnection {
  readonly connection: { readonly stream: { destroy(): void } }
}

/** The number of the lock: one for each module, schema by schema; the server tells databases apart itself. */
const KEY = `hashtextextended('modkit:' || coalesce(current_schema(), '') || ':' || $1, 0)`

async function attempt(client: Client, module: string): Promise<boolean> {
  try {
    await client.query(`SELECT pg_advisory_lock(${KEY})`, [module])
    return true
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === LOCK_NOT_AVAILABLE) return false
    throw error
  }
}

/** An advisory lock of one number is listed in two halves (https://www.postgresql.org/docs/current/view-pg-locks.html). */
const IS_THIS_LOCK = `l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = ${KEY}`

async function holder(client: Client, module: string): Promise<string> {
  const sql = `SELECT a.application_name AS name, a.pid, a.client_addr AS address, a.backend_start AS since
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE ${IS_THIS_LOCK}`
  const { rows } = await client.query<{ name: string; pid: number; address: string | null; since: Date | null }>(sql, [
    module,
  ])
  const [row] = rows
  if (row === undefined) return 'a process that has just finished'
  const { name, pid, address, since } = row
  const from = address === null ? '' : ` from ${address}`
  return `"${name}"${from} (backend ${String(pid)}, since ${since?.toISOString() ?? 'an unknown time'})`
}

async function isHeld(client: Client, module: string): Promise<boolean> {
  try {
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_locks l WHERE l.pid = pg_backend_pid() AND ${IS_THIS_LOCK}`,
      [module],
    )
    return (rowCount ?? 0) > 0
  } catch {
    // A connection that cannot be asked holds nothing any more.
    return false
  }
}
