import { idOf, orderOf } from '../data/accounts.js'
import {
  insertCities,
  insertOrder,
  insertProgress,
  type QueryBuilding,
  selectAccount,
  selectAccounts,
  updateBalance,
} from '../queries.js'
import { ACCOUNTS_PER_TRANSACTION, type OperationCalls } from './calls.js'
import { batchOf } from './import-batches.js'

/** What Knex and ModKit's handle have in common. */
export interface KnexShaped extends QueryBuilding {
  transaction<T>(work: (tx: QueryBuilding) => Promise<T>): Promise<T>
}

/** The operations of Knex and of ModKit alike: what is called is the same code. */
export function knexCalls(db: KnexShaped): OperationCalls {
  return {
    select: async (call) => (await selectAccount(db, idOf(call))) as unknown,
    'select-100': async (call) => (await selectAccounts(db, idOf(call))) as unknown,
    insert: async (call) => (await insertOrder(db, orderOf(call))) as unknown,
    transaction: (call) => db.transaction((tx) => tenStatements(tx, call)),
    import: (call) => db.transaction((tx) => importBatch(tx, call)),
  }
}

async function tenStatements(tx: QueryBuilding, call: number): Promise<void> {
  for (let step = 0; step < ACCOUNTS_PER_TRANSACTION; step++) {
    const id = idOf(call + step)
    await selectAccount(tx, id)
    await updateBalance(tx, { id, balance: call })
  }
}

async function importBatch(tx: QueryBuilding, call: number): Promise<void> {
  const { batch, progress } = batchOf(call)
  for (const rows of batch) await insertCities(tx, rows)
  await insertProgress(tx, progress)
}
