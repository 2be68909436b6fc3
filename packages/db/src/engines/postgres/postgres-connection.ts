import type { Knex } from 'knex'
import { unreachable } from '../server/server-connection.js'
import type { ServerSettings } from '../server/server-settings.js'
import { tlsOptions } from '../server/tls-settings.js'
import { type PostgresParams, runtimeOptions } from './postgres-params.js'

export type PostgresSettings = ServerSettings<PostgresParams>

/** What pg takes as its connection. @throws HostError `DB_UNAVAILABLE` for files that cannot be read */
export function postgresConnection(settings: PostgresSettings, applicationName: string): Record<string, unknown> {
  const { host, port, user, password, dbname, params } = settings
  const options = runtimeOptions(params.runtime)
  return {
    host,
    port,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    database: dbname,
    ssl: tlsOf(settings) ?? false,
    application_name: params.applicationName ?? applicationName,
    connectionTimeoutMillis: params.connectTimeoutMs,
    keepAlive: true,
    ...(options !== '' && { options }),
  }
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

interface PooledConnection {
  query(sql: string): Promise<unknown>
}

type DialectClass = new (config: Knex.Config) => { validateConnection(connection: PooledConnection): unknown }

/** @param tests whether each connection is asked for a sign of life before it is used */
export async function postgresDialect(tests: boolean): Promise<typeof Knex.Client> {
  const { default: Dialect } = (await import(DIALECT)) as { default: DialectClass }
  class TestingClient extends Dialect {
    override async validateConnection(connection: PooledConnection): Promise<boolean> {
      try {
        await connection.query('SELECT 1')
        return true
      } catch {
        // Whatever it says, it is not fit to be used.
        return false
      }
    }
  }
  // Knex takes any class derived from one of its dialects.
  return (tests ? TestingClient : Dialect) as unknown as typeof Knex.Client
}
