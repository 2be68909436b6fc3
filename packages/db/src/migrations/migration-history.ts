import type { Knex } from 'knex'
import { historyTableName } from './history-table-name.js'

/** The longest name that a history row holds, in characters. */
export const MAX_MIGRATION_NAME = 255

/** What is remembered of one applied migration. */
export interface AppliedMigration {
  readonly version: string
  readonly checksum: string
}

/** One module's table of applied migrations. Every method takes the connection, so that a row joins its migration's transaction. */
export class MigrationHistory {
  readonly #table: string

  constructor(module: string) {
    this.#table = historyTableName(module)
  }

  async createIfMissing(knex: Knex): Promise<void> {
    if (await knex.schema.hasTable(this.#table)) return
    await knex.schema.createTable(this.#table, (table) => {
      table.string('version', MAX_MIGRATION_NAME).primary()
      table.timestamp('applied_at').notNullable().defaultTo(knex.fn.now())
      table.string('checksum', 64).notNullable()
      table.integer('duration_ms').notNullable()
    })
  }

  /** The same where there may be no table yet; makes none. */
  async appliedIfAny(knex: Knex): Promise<ReadonlyMap<string, AppliedMigration>> {
    return (await knex.schema.hasTable(this.#table)) ? await this.applied(knex) : new Map()
  }

  /** What has been applied, by name. */
  async applied(knex: Knex): Promise<ReadonlyMap<string, AppliedMigration>> {
    const rows = await knex<AppliedMigration>(this.#table).select('version', 'checksum')
    return new Map(rows.map((row) => [row.version, row]))
  }

  async add(knex: Knex, row: AppliedMigration & { readonly durationMs: number }): Promise<void> {
    const { version, checksum, durationMs } = row
    await knex(this.#table).insert({ version, checksum, duration_ms: Math.round(durationMs) })
  }

  async replaceChecksum(knex: Knex, { version, checksum }: AppliedMigration): Promise<void> {
    await knex(this.#table).where({ version }).update({ checksum })
  }
}
