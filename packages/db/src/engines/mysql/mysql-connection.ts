import type { Clock } from '@modkit/core'
import type { Knex } from 'knex'
import type { StatementControl } from '../database-engine.js'
import { carefulDialect, type DialectClass } from '../server/careful-dialect.js'
import { type ServerClient, unreachable } from '../server/server-connection.js'
import type { ServerSettings } from '../server/server-settings.js'
import { SilenceWatch } from '../server/silence-watch.js'
import { tlsOptions } from '../server/tls-settings.js'
import { plainMysqlFault } from './mysql-faults.js'
import type { MysqlParams } from './mysql-params.js'
import { mysqlStatements } from './mysql-statements.js'
import { namedStream } from './named-stream.js'

export type MysqlSettings = ServerSettings<MysqlParams>

/** What mysql2 takes as its connection. @throws HostError `DB_UNAVAILABLE` for files that cannot be read */
export function mysqlConnection(settings: MysqlSettings): Record<string, unknown> {
  const { host, port, user, password, dbname, params } = settings
  return {
    ...(params.socket === undefined ? { host, port } : { socketPath: params.socket }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    database: dbname,
    charset: params.collation ?? params.charset,
    // What is stored without a zone is meant as the session has it.
    timezone: params.timezone === '+00:00' ? 'Z' : params.timezone,
    connectTimeout: params.connectTimeoutMs,
    enableKeepAlive: true,
    ...tlsOf(settings),
  }
}

function tlsOf(settings: MysqlSettings): { ssl?: object; stream?: object } {
  const { tlsMode, socket } = settings.params
  const verifyIdentity = tlsMode === 'verify-full'
  const stream = verifyIdentity && socket === undefined ? namedStream(settings) : undefined
  try {
    const ssl = tlsOptions(settings.params)
    return ssl === undefined ? {} : { ssl: { ...ssl, verifyIdentity }, ...(stream !== undefined && { stream }) }
  } catch (error) {
    throw unreachable(settings, error)
  }
}

/** What this file uses of a connection of the driver. */
interface MysqlConnection {
  query(sql: string, done: (error: Error | null, rows?: readonly Readonly<Record<string, unknown>>[]) => void): void
}

interface ClientOptions {
  readonly clock: Clock
  /** 0 for no limit. */
  readonly timeoutMs: number
}

export async function mysqlClient(settings: MysqlSettings, { timeoutMs, clock }: ClientOptions): Promise<ServerClient> {
  const connection = mysqlConnection(settings)
  const control = mysqlStatements(connection, { clock })
  const watch = new SilenceWatch({ clock, statementTimeoutMs: timeoutMs, control })
  return {
    client: await mysqlDialect({ tests: settings.pool.testBeforeAcquire === true, watch, control }),
    connection,
    afterCreate(connection: MysqlConnection, done: (error: Error | null, connection: unknown) => void): void {
      setUp(connection, sessionStatements(settings.params, timeoutMs)).then(
        () => done(null, connection),
        (error: unknown) => done(error as Error, connection),
      )
    },
  }
}

/** The settings of a session. The two servers name the time limit of a statement differently. */
function sessionStatements(params: MysqlParams, timeoutMs: number): (isMariaDb: boolean) => string[] {
  const { timezone, pipesAsConcat, noEngineSubstitution } = params
  const modes = [
    ...(pipesAsConcat ? ['PIPES_AS_CONCAT'] : []),
    ...(noEngineSubstitution ? ['NO_ENGINE_SUBSTITUTION'] : []),
  ]
  return (isMariaDb) => [
    `SET time_zone = '${timezone}'`,
    ...(modes.length > 0 ? [`SET sql_mode = CONCAT(@@sql_mode, ',${modes.join(',')}')`] : []),
    isMariaDb
      ? `SET max_statement_time = ${String(timeoutMs / 1_000)}`
      : `SET max_execution_time = ${String(timeoutMs)}`,
  ]
}

async function setUp(connection: MysqlConnection, statements: (isMariaDb: boolean) => string[]): Promise<void> {
  const [row] = await ask(connection, 'SELECT VERSION() AS version')
  const isMariaDb = String(row?.['version']).includes('MariaDB')
  for (const statement of statements(isMariaDb)) await ask(connection, statement)
}

function ask(connection: MysqlConnection, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows = []) => (error ? reject(error) : resolve(rows)))
  })
}

/** Knex documents extending a dialect by its class and gives no other door to it. */
const DIALECT = 'knex/lib/dialects/mysql2/index.js'

interface DialectOptions {
  /** Whether each connection is asked for a sign of life before it is used. */
  readonly tests: boolean
  readonly watch: SilenceWatch
  readonly control: StatementControl
}

async function mysqlDialect({ tests, watch, control }: DialectOptions): Promise<typeof Knex.Client> {
  const { default: Dialect } = (await import(DIALECT)) as { default: DialectClass<MysqlConnection> }
  const ping = tests ? (connection: MysqlConnection) => ask(connection, 'SELECT 1') : undefined
  return carefulDialect(Dialect, { control, faultOf: plainMysqlFault, ping, watch })
}
