import type { OpenContext, StatementControl } from '../database-engine.js'
import { killQuery } from './kill-query.js'

/** What this file uses of a connection of the driver. */
interface MysqlConnection {
  /** What it waits for an answer to. */
  readonly _command?: unknown
  /** The server's number of the session. */
  readonly threadId: number
  readonly stream: { destroy(error: Error): void }
}

/** What needs nothing but the connection. */
export const mysqlConnections: Pick<StatementControl, 'isBusy' | 'abandon'> = {
  isBusy: (connection) => Boolean((connection as MysqlConnection)._command),
  // By an error: of a connection that is merely closed, the driver does not tell whoever waits for an answer.
  abandon: (connection) =>
    (connection as MysqlConnection).stream.destroy(new Error('Connection lost: it was given up.')),
}

/** Ends statements by `KILL QUERY`. @param connection what the driver takes as its connection */
export function mysqlStatements(connection: object, { clock }: Pick<OpenContext, 'clock'>): StatementControl {
  return {
    ...mysqlConnections,
    cancel: (busy) => killQuery((busy as MysqlConnection).threadId, { connection, clock }),
  }
}
