import type { Knex } from 'knex'
import type { TransactionControl } from '../engines/transaction-control.js'

/** What this file uses of a transaction's client, which Knex's own types leave out. */
interface HoldingClient {
  acquireConnection(): Promise<unknown>
}

/**
 * Sees whether a migration goes on after the transaction that it was given has ended: each such statement stays by itself. Of
 * use where the database can be asked at once, as SQLite can, whose own errors do not tell afterwards.
 */
export class OutsideStatements {
  #count = 0

  static async watch(
    trx: Knex.Transaction,
    { isOpen }: Pick<TransactionControl, 'isOpen'>,
  ): Promise<OutsideStatements> {
    const seen = new OutsideStatements()
    if (isOpen === undefined) return seen
    const connection = await (trx.client as HoldingClient).acquireConnection()
    trx.on('query', () => {
      if (!isOpen(connection)) seen.#count++
    })
    return seen
  }

  /** Whether there was one. */
  get any(): boolean {
    return this.#count > 0
  }
}
