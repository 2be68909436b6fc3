import { isolationClause, type TransactionControl } from '../transaction-control.js'
import { plainMysqlFault } from './mysql-faults.js'

/** Of the status that the server adds to an answer: a transaction is open. */
const IN_TRANSACTION = 1

/** More locks than the server has room for. */
const LOCK_TABLE_FULL = 1_206

/** What the driver says where it has sent nothing, because it knew that the connection had gone. */
const UNSENT = /closed state/i

/** The isolation is said before, and holds for the next transaction alone. */
export const mysqlTransactions: TransactionControl = {
  begin(options) {
    const isolation = isolationClause(options)
    return [
      ...(isolation === undefined ? [] : [`SET TRANSACTION ${isolation}`]),
      options.readOnly === true ? 'START TRANSACTION READ ONLY' : 'BEGIN',
    ]
  },
  isSavepointGone: (error) => (error as { readonly code?: unknown }).code === 'ER_SP_DOES_NOT_EXIST',
  // After a deadlock there is none, and after a wait that was too long it depends on how the server is set up.
  async isUndone(error, _, ask) {
    const { errno } = error as { readonly errno?: unknown }
    if (errno !== LOCK_TABLE_FULL && plainMysqlFault(error)?.kind !== 'serialization') return false
    const [{ serverStatus }] = (await ask('DO 0')) as [{ readonly serverStatus: number }]
    return (serverStatus & IN_TRANSACTION) === 0
  },
  mayHaveCommitted: (error) => plainMysqlFault(error)?.kind === 'unavailable' && !UNSENT.test((error as Error).message),
}
