import type { OpenContext, OpenDatabase, StatementControl } from '../database-engine.js'
import { assertReachable, type ServerClient, serverKnex } from '../server/server-connection.js'
import { SilenceWatch } from '../server/silence-watch.js'
import { postgresConnection, postgresDialect, type PostgresSettings } from './postgres-connection.js'
import { lockPostgresMigrations } from './postgres-migration-lock.js'
import { postgresFault } from './postgres-faults.js'
import { postgresStatements } from './postgres-statements.js'
import { postgresTransactions } from './postgres-transactions.js'

/**
 * Connects to one module's database on a PostgreSQL server.
 *
 * @throws HostError `DB_UNAVAILABLE`
 */
export async function openPostgres(settings: PostgresSettings, context: OpenContext): Promise<OpenDatabase> {
  const { module } = settings
  const statements = postgresStatements(settings, context)
  const knex = await serverKnex(settings, await postgresClient(settings, { ...context, statements }), context)
  await assertReachable(knex, settings, context)
  return {
    module,
    engine: 'postgres',
    knex,
    statements,
    commitsSchemaChanges: false,
    hasRolledBack: () => false,
    transactions: postgresTransactions,
    faultOf: postgresFault,
    lockMigrations: (signals) => lockPostgresMigrations(settings, { ...context, signals }),
  }
}

async function postgresClient(
  settings: PostgresSettings,
  { clock, statements: control }: Pick<OpenContext, 'clock'> & { readonly statements: StatementControl },
): Promise<ServerClient> {
  const { statementTimeoutMs } = settings.params
  const watch = new SilenceWatch({ clock, statementTimeoutMs, control })
  return {
    client: await postgresDialect({
      tests: settings.pool.testBeforeAcquire === true,
      watch,
      control,
    }),
    connection: {
      ...postgresConnection(settings, `modkit ${settings.module}`),
      ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs }),
    },
  }
}
