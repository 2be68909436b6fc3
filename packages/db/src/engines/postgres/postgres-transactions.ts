import { isolationClause, type TransactionControl } from '../transaction-control.js'

export const postgresTransactions: TransactionControl = {
  begin(options) {
    const modes = [isolationClause(options), options.readOnly === true ? 'READ ONLY' : undefined]
    return [['BEGIN', ...modes.filter((mode) => mode !== undefined)].join(' ')]
  },
}
