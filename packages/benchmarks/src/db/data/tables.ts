import type { Knex } from 'knex'
import { accountOf, ACCOUNTS } from './accounts.js'

/** Makes all tables anew. Texts have a length, because MySQL indexes no others; besides, `cities` is the example's table. */
export async function makeTables(knex: Knex): Promise<void> {
  for (const table of ['accounts', 'orders', 'cities', 'import_progress']) await knex.schema.dropTableIfExists(table)
  await knex.schema.createTable('accounts', (table) => {
    table.integer('id').primary()
    for (const column of ['name', 'email', 'country', 'role']) table.string(column, 100).notNullable()
    table.integer('balance').notNullable()
  })
  await knex.schema.createTable('orders', (table) => {
    table.increments('id')
    table.string('item', 100).notNullable()
    for (const column of ['account', 'quantity', 'price']) table.integer(column).notNullable()
  })
  await makeCityTables(knex)
  await knex.batchInsert(
    'accounts',
    Array.from({ length: ACCOUNTS }, (_, index) => accountOf(index + 1)),
    100,
  )
}

async function makeCityTables(knex: Knex): Promise<void> {
  await knex.schema.createTable('cities', (table) => {
    table.integer('id').primary()
    for (const column of ['name', 'search_name']) table.string(column, 200).notNullable()
    for (const column of ['country', 'region']) table.string(column, 20).notNullable()
    table.integer('population').notNullable()
    for (const column of ['latitude', 'longitude']) table.double(column).notNullable()
    table.index(['search_name'])
    table.index(['country', 'population'])
    table.index(['population'])
    table.index(['latitude', 'longitude'])
  })
  await knex.schema.createTable('import_progress', (table) => {
    table.string('source', 100).primary()
    table.integer('imported').notNullable()
    table.integer('total').notNullable()
  })
}

/** What all subjects must have left alike, when all did the same. */
export async function digestOf(knex: Knex): Promise<string> {
  const digests = await Promise.all([
    knex('accounts').count('* as n').sum('balance as total').first(),
    knex('orders').count('* as n').sum('account as total').first(),
    knex('cities').count('* as n').sum('population as total').first(),
    knex('import_progress').sum('imported as n').first(),
  ])
  // Servers give large sums as texts.
  return JSON.stringify(digests, (_, value: unknown) => (typeof value === 'number' ? String(value) : value))
}
