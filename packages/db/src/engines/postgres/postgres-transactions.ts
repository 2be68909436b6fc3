import { isolationClause, type TransactionControl } from '../transaction-control.js'
import { postgresFault } from './postgres-faults.js'

/** What the driver says where it has sent nothing, because it knew that the connection had gone. */
const UNSENT = /not queryable|Client was closed/i

export const postgresTransactions: TransactionControl = {
  begin(options) {
    const modes = [isolationClause(options), options.readOnly === true ? 'READ ONLY' : undefined]
    return [['BEGIN', ...modes.filter((mode) => mode !== undefined)].join(' ')]
  },
  // After an error in a transaction, the server takes COMMIT for a ROLLBACK, and says so in the answer alone.
  isRefusal: (answer) => (answer as { readonly command?: unknown }).command === 'ROLLBACK',
  mayHaveCommitted: (error) => postgresFault(error)?.kind === 'unavailable' && !UNSENT.test((error as Error).message),
}
