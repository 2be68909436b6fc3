import type { Knex } from 'knex'
import type { StatementControl } from '../database-engine.js'

/** What this file uses of a connection of the driver. */
interface MysqlConnection {
  /** What it waits for an answer to. */
  readonly _command?: unknown
  destroy(): void
}

/** What this file uses of Knex's dialect, which Knex's own types leave out. */
interface CancellingClient {
  cancelQuery(connection: unknown): Promise<unknown>
}

/** Ends statements by `KILL QUERY`, which Knex sends on a connection of its own, outside of the pool. */
export function mysqlStatements(knex: Knex): StatementControl {
  return {
    isBusy: (connection) => Boolean((connection as MysqlConnection)._command),
    async cancel(connection) {
      await (knex.client as CancellingClient).cancelQuery(connection)
    },
    abandon: (connection) => (connection as MysqlConnection).destroy(),
  }
}
