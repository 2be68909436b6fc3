import type { Knex } from 'knex'
import { accountOf, idOf, orderOf } from '../data/accounts.js'
import type { CityRow } from '../data/cities.js'
import { ROWS_OF_LIST } from '../operations.js'
import { insertCities, insertOrder, insertProgress, selectAccount, selectAccounts, updateBalance } from '../queries.js'
import { ACCOUNTS_PER_TRANSACTION, type OperationCalls } from './calls.js'
import { batchOf } from './import-batches.js'

/** Runs one statement, and answers with its rows. */
export type Run = (sql: string, bindings: (string | number)[]) => Promise<readonly unknown[]>

/** A driver without anything above it. */
export interface Driver {
  readonly run: Run
  readonly transaction: <T>(work: (run: Run) => Promise<T>) => Promise<T>
}

/** The operations by hand, with the texts that Knex makes, made once. */
export function driverCalls({ run, transaction }: Driver, compiler: Knex): OperationCalls {
  const sql = textsOf(compiler)
  return {
    select: async (call) => (await run(sql.select, [idOf(call), 1]))[0],
    'select-100': (call) => run(sql.list, [idOf(call), ROWS_OF_LIST]),
    insert(call) {
      const { account, item, price, quantity } = orderOf(call)
      return run(sql.insert, [account, item, price, quantity])
    },
    transaction: (call) =>
      transaction(async (inside) => {
        for (let step = 0; step < ACCOUNTS_PER_TRANSACTION; step++) {
          const id = idOf(call + step)
          await inside(sql.select, [id, 1])
          await inside(sql.update, [call, id])
        }
      }),
    import: (call) =>
      transaction(async (inside) => {
        const { batch, progress } = batchOf(call)
        for (const rows of batch) await inside(sql.cities(rows), rows.flatMap(valuesOf))
        await inside(sql.progress, [progress.imported, progress.source, progress.total])
      }),
  }
}

/** In the order in which Knex has the columns: that of the alphabet. */
function valuesOf(city: CityRow): (string | number)[] {
  const { country, id, latitude, longitude, name, population, region, search_name } = city
  return [country, id, latitude, longitude, name, population, region, search_name]
}

function textsOf(compiler: Knex) {
  const textOf = (query: Knex.QueryBuilder): string => query.toSQL().toNative().sql
  const byCount = new Map<number, string>()
  return {
    select: textOf(selectAccount(compiler, 1)),
    list: textOf(selectAccounts(compiler, 1)),
    insert: textOf(insertOrder(compiler, orderOf(1))),
    update: textOf(updateBalance(compiler, accountOf(1))),
    progress: textOf(insertProgress(compiler, { source: '', imported: 0, total: 0 })),
    cities(rows: readonly CityRow[]): string {
      const known = byCount.get(rows.length) ?? textOf(insertCities(compiler, rows))
      byCount.set(rows.length, known)
      return known
    },
  }
}
