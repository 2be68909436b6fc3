import type { OpenContext, OpenDatabase } from '../database-engine.js'
import { assertReachable, serverKnex } from '../server/server-connection.js'
import { mysqlClient, type MysqlSettings } from './mysql-connection.js'
import { mysqlFault, plainMysqlFault } from './mysql-faults.js'
import { lockMysqlMigrations } from './mysql-migration-lock.js'
import { mysqlStatements } from './mysql-statements.js'
import { mysqlTransactions } from './mysql-transactions.js'

/**
 * Connects to one module's database on a MySQL or MariaDB server.
 *
 * @throws HostError `DB_UNAVAILABLE`
 */
export async function openMysql(settings: MysqlSettings, context: OpenContext): Promise<OpenDatabase> {
  const { module, params } = settings
  const client = await mysqlClient(settings, { timeoutMs: params.statementTimeoutMs, clock: context.clock })
  const knex = await serverKnex(settings, client, context)
  await assertReachable(knex, settings, context)
  return {
    module,
    engine: 'mysql',
    knex,
    statements: mysqlStatements(client.connection, context),
    commitsSchemaChanges: true,
    hasRolledBack: (error) => plainMysqlFault(error)?.kind === 'serialization',
    transactions: mysqlTransactions,
    faultOf: mysqlFault,
    lockMigrations: (signals) => lockMysqlMigrations(settings, { ...context, signals }),
  }
}
