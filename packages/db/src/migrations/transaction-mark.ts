import type { Knex } from 'knex'

const NAME = 'modkit_migration'

/** What PostgreSQL and MySQL say of a savepoint, or of a transaction, that is not there; SQLite has words alone. */
const GONE_CODES: ReadonlySet<unknown> = new Set(['3B001', '25P01', 'ER_SP_DOES_NOT_EXIST'])
const GONE = /no such savepoint/i

/**
 * A savepoint at the beginning of a migration's transaction. Where it has gone, so has the transaction: the migration ended it,
 * or the database did when it changed the schema.
 */
export class TransactionMark {
  readonly #trx: Knex.Transaction

  private constructor(trx: Knex.Transaction) {
    this.#trx = trx
  }

  static async set(trx: Knex.Transaction): Promise<TransactionMark> {
    await trx.raw(`SAVEPOINT ${NAME}`)
    return new TransactionMark(trx)
  }

  /** Undoes everything since the mark; whether there was still a transaction to undo it in. */
  async undo(): Promise<boolean> {
    return await this.#does(`ROLLBACK TO SAVEPOINT ${NAME}`)
  }

  /** Takes the mark away; whether it was still there. */
  async release(): Promise<boolean> {
    return await this.#does(`RELEASE SAVEPOINT ${NAME}`)
  }

  async #does(sql: string): Promise<boolean> {
    try {
      await this.#trx.raw(sql)
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }
}

function isGone(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown }
  return GONE_CODES.has(code) || (typeof message === 'string' && GONE.test(message))
}
