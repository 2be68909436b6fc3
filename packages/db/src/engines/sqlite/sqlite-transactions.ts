import type { Database as Connection } from 'better-sqlite3'
import type { TransactionControl } from '../transaction-control.js'
import { hasRolledBack } from './sqlite-faults.js'

/**
 * A transaction that may write takes the write lock at once: of two that read first and write then, one would lose otherwise.
 * One that only reads takes none, and SQLite has no transaction of its own for that. All are serializable.
 */
export const sqliteTransactions: TransactionControl = {
  begin: ({ readOnly }) => (readOnly === true ? ['PRAGMA query_only = ON', 'BEGIN DEFERRED'] : ['BEGIN IMMEDIATE']),
  after: ({ readOnly }) => (readOnly === true ? ['PRAGMA query_only = OFF'] : []),
  // Rolling back where there is nothing is an error here, and SQLite undoes some transactions by itself.
  isOpen: (connection) => (connection as Connection).inTransaction,
  isUndone: (error, connection) => hasRolledBack(error) && !(connection as Connection).inTransaction,
}
