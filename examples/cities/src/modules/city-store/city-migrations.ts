import type { Migration } from '@modkit/core'

/** How long texts may be: some servers index none that may have any length. */
const LONGEST = { name: 200, source: 100 } as const

export const cityMigrations: readonly Migration[] = [
  // 001 and 002 made tables that SQLite alone takes, of other names. An older file still has them, unused.
  {
    name: '003-cities',
    async up(trx) {
      await trx.schema.createTable('city', (table) => {
        table.integer('id').primary()
        table.string('name', LONGEST.name).notNullable()
        // As bytes: how texts are sorted differs from server to server, and from language to language.
        table.binary('search_name', 4 * LONGEST.name).notNullable()
        table.string('country', 2).notNullable()
        table.string('region', 20).notNullable()
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
    name: '004-import-progress',
    async up(trx) {
      await trx.schema.createTable('city_import', (table) => {
        table.string('source', LONGEST.source).primary()
        table.integer('imported').notNullable()
        table.integer('total').notNullable()
      })
    },
  },
]
