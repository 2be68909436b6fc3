import type { Knex } from 'knex'
import type { StatementControl } from '../database-engine.js'

/** What this file uses of a connection of the driver. */
interface MysqlConnection {
  /** What it waits for an answer to. */
  readonly _command?: unknown
  readonly stream: { destroy(error: Error): void }
}

/** What this file uses of Knex's dialect, which Knex's own types leave out. */
interface CancellingClient {
  cancelQuery(connection: unknown): Promise<unknown>
}

/** What needs nothing but the connection. */
export const mysqlConnections: Pick<StatementControl, 'isBusy' | 'abandon'> = {
  isBusy: (connection) => Boolean((connection as MysqlConnection)._command),
  // By an error: of a connection that is merely closed, the driver does not tell whoever waits for an answer.
  abandon: (connection) =>
    (connection as MysqlConnection).stream.destroy(new Error('Connection lost: it was given up.')),
}

/** Ends statements by `KILL QUERY`, which Knex sends on a connection of its own, outside of the pool. */
export function mysqlStatements(knex: Knex): StatementControl {
  return {
    ...mysqlConnections,
    async cancel(connection) {
      await (knex.client as CancellingClient).cancelQuery(connection)
    },
  }
}
