import { AsyncLocalStorage } from 'node:async_hooks'
import { HostError } from '@modkit/core'

interface OpenTransaction {
  isOpen: boolean
}

/**
 * Knows whether the code that runs now belongs to a transaction of one module's database.
 *
 * Inside a transaction, a query through the module's own handle asks for a second connection. Where there is only one,
 * it would wait for itself; where there are more, it would not see what the transaction did. Both are mistakes, so both
 * are errors.
 */
export class TransactionScope {
  readonly #module: string
  readonly #current = new AsyncLocalStorage<OpenTransaction>()

  constructor(module: string) {
    this.#module = module
  }

  /** Runs `work` as part of a transaction. What it leaves running is no longer part of it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const transaction: OpenTransaction = { isOpen: true }
    try {
      return await this.#current.run(transaction, work)
    } finally {
      transaction.isOpen = false
    }
  }

  /** @throws HostError `DB_USED_INSIDE_TRANSACTION` */
  assertOutside(): void {
    if (this.#current.getStore()?.isOpen === true) {
      throw new HostError('DB_USED_INSIDE_TRANSACTION', { module: this.#module })
    }
  }
}
