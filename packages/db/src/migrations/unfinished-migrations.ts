import type { Knex } from 'knex'
import { unfinishedTableName } from './history-table-name.js'
import { MAX_MIGRATION_NAME } from './migration-history.js'

interface Row {
  readonly version: string
  readonly since: string
}

/**
 * One module's table of migrations that have begun, beside its history, where releases that do not know it take no notice.
 *
 * A row is written in the migration's own transaction and taken away at its end. So it can be seen only where something has
 * ended that transaction in between, as every change of the schema does on MySQL: then what came before has stayed.
 */
export class UnfinishedMigrations {
  readonly #table: string

  constructor(module: string) {
    this.#table = unfinishedTableName(module)
  }

  async createIfMissing(knex: Knex): Promise<void> {
    if (await knex.schema.hasTable(this.#table)) return
    await knex.schema.createTable(this.#table, (table) => {
      table.string('version', MAX_MIGRATION_NAME).primary()
      table.string('since', 32).notNullable()
    })
  }

  /** Since when, by name. */
  async all(knex: Knex): Promise<ReadonlyMap<string, string>> {
    const rows = await knex<Row>(this.#table).select('version', 'since')
    return new Map(rows.map(({ version, since }) => [version, since]))
  }

  async has(knex: Knex, version: string): Promise<boolean> {
    return (await knex<Row>(this.#table).where({ version }).first()) !== undefined
  }

  async begin(knex: Knex, version: string, now: number): Promise<void> {
    await this.end(knex, version)
    await knex(this.#table).insert({ version, since: new Date(now).toISOString() })
  }

  async end(knex: Knex, version: string): Promise<void> {
    await knex(this.#table).where({ version }).delete()
  }
}
