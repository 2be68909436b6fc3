import type { Knex } from 'knex'
import type { Account, Order } from './data/accounts.js'
import type { CityRow } from './data/cities.js'
import { ROWS_OF_LIST } from './operations.js'

/** What the statements are built with: Knex, a transaction of it, or ModKit's handle. */
export type QueryBuilding = (table: string) => Knex.QueryBuilder

// Every statement of the bench stands here once. The bare drivers are given the text that Knex makes of it.

const COLUMNS: readonly (keyof Account)[] = ['id', 'name', 'email', 'country', 'role', 'balance']

export function selectAccount(db: QueryBuilding, id: number): Knex.QueryBuilder {
  return db('accounts')
    .select(...COLUMNS)
    .where({ id })
    .first()
}

export function selectAccounts(db: QueryBuilding, from: number): Knex.QueryBuilder {
  return db('accounts')
    .select(...COLUMNS)
    .where('id', '>=', from)
    .orderBy('id')
    .limit(ROWS_OF_LIST)
}

export function updateBalance(db: QueryBuilding, { id, balance }: Pick<Account, 'id' | 'balance'>): Knex.QueryBuilder {
  return db('accounts').where({ id }).update({ balance })
}

export function insertOrder(db: QueryBuilding, order: Order): Knex.QueryBuilder {
  return db('orders').insert(order)
}

export function insertCities(db: QueryBuilding, rows: readonly CityRow[]): Knex.QueryBuilder {
  return db('cities').insert(rows).onConflict('id').merge()
}

export interface Progress {
  readonly source: string
  readonly imported: number
  readonly total: number
}

export function insertProgress(db: QueryBuilding, progress: Progress): Knex.QueryBuilder {
  return db('import_progress').insert(progress).onConflict('source').merge()
}
