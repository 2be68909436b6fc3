import type { OpenContext, OpenDatabase } from '../database-engine.js'
import { assertReachable, type ServerClient, serverKnex } from '../server/server-connection.js'
import { postgresConnection, postgresDialect, type PostgresSettings } from './postgres-connection.js'
import { lockPostgresMigrations } from './postgres-migration-lock.js'
import { postgresFault } from './postgres-faults.js'
import { postgresStatements } from './postgres-statements.js'

/**
 * Connects to one module's database on a PostgreSQL server.
 *
 * @throws HostError `DB_UNAVAILABLE`
 */
export async function openPostgres(settings: PostgresSettings, context: OpenContext): Promise<OpenDatabase> {
  const { module } = settings
  const knex = await serverKnex(settings, await postgresClient(settings), context)
  await assertReachable(knex, settings, context)
  return {
    module,
    engine: 'postgres',
    knex,
    statements: postgresStatements(settings),
    commitsSchemaChanges: false,
    transactionConfig: ({ isolation, readOnly = false }) => ({
      readOnly,
      ...(isolation !== undefined && { isolationLevel: isolation }),
    }),
    faultOf: postgresFault,
    lockMigrations: (signals) => lockPostgresMigrations(settings, { ...context, signals }),
  }
}

async function postgresClient(settings: PostgresSettings): Promise<ServerClient> {
  const { statementTimeoutMs } = settings.params
  return {
    client: await postgresDialect(settings.pool.testBeforeAcquire === true),
    connection: {
      ...postgresConnection(settings, `modkit ${settings.module}`),
      ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs }),
    },
  }
}
