import type { ConnectionOptions } from 'node:tls'
import type { Knex } from 'knex'
import type { StatementControl } from '../database-engine.js'
import { carefulDialect, type DialectClass } from '../server/careful-dialect.js'
import { unreachable } from '../server/server-connection.js'
import type { SilenceWatch } from '../server/silence-watch.js'
import type { ServerSettings } from '../server/server-settings.js'
import { tlsOptions } from '../server/tls-settings.js'
import { postgresFault } from './postgres-faults.js'
import { type PostgresParams, runtimeOptions } from './postgres-params.js'

export type PostgresSettings = ServerSettings<PostgresParams>

/** What pg takes as its connection. @throws HostError `DB_UNAVAILABLE` for files that cannot be read */
export function postgresConnection(settings: PostgresSettings, applicationName: string): Record<string, unknown> {
  const { user, password, dbname, params } = settings
  const options = runtimeOptions(params.runtime)
  return {
    ...placeOnServer(settings),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    database: dbname,
    application_name: params.applicationName ?? applicationName,
    connectionTimeoutMillis: params.connectTimeoutMs,
    keepAlive: true,
    ...(options !== '' && { options }),
  }
}

/** Where to connect, and how it is encrypted. @throws HostError `DB_UNAVAILABLE` for files that cannot be read */
export function placeOnServer(settings: PostgresSettings): {
  readonly host: string
  readonly port: number
  readonly ssl: ConnectionOptions | false
} {
  const { host, port } = settings
  return { host, port, ssl: tlsOf(settings) ?? false }
}

function tlsOf(settings: PostgresSettings): ReturnType<typeof tlsOptions> {
  try {
    return tlsOptions(settings.params)
  } catch (error) {
    throw unreachable(settings, error)
  }
}

/** Knex documents extending a dialect by its class and gives no other door to it. */
const DIALECT = 'knex/lib/dialects/postgres/index.js'

interface PostgresClient {
  query(sql: string): Promise<unknown>
}

export interface DialectOptions {
  /** Whether each connection is asked for a sign of life before it is used. */
  readonly tests: boolean
  readonly watch?: SilenceWatch
  readonly control: StatementControl
}

export async function postgresDialect({ tests, watch, control }: DialectOptions): Promise<typeof Knex.Client> {
  const { default: Dialect } = (await import(DIALECT)) as { default: DialectClass<PostgresClient> }
  const ping = tests ? (connection: PostgresClient) => connection.query('SELECT 1') : undefined
  return carefulDialect(Dialect, { control, faultOf: postgresFault, ping, watch })
}
