import { isolationClause, type TransactionControl } from '../transaction-control.js'

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
}
