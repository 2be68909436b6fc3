import type { Migration } from '@modkit/core'

export const cityMigrations: readonly Migration[] = [
  {
    name: '001-cities',
    async up(trx) {
      await trx.schema.createTable('cities', (table) => {
        table.integer('id').primary()
        table.text('name').notNullable()
        table.text('search_name').notNullable()
        table.text('country').notNullable()
        table.text('region').notNullable()
        table.integer('population').notNullable()
        table.double('latitude').notNullable()
        table.double('longitude').notNullable()
        table.index(['search_name'])
        table.index(['country', 'population'])
        table.index(['population'])
        table.index(['latitude', 'longitude'])
      })
    },
  },
  {
    name: '002-import-progress',
    async up(trx) {
      await trx.schema.createTable('import_progress', (table) => {
        table.text('source').primary()
        table.integer('imported').notNullable()
        table.integer('total').notNullable()
      })
    },
  },
]
