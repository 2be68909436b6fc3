import { AsyncLocalStorage } from 'node:async_hooks'
import { HostError } from '@modkit/core'
import type { OpenTransaction } from './open-transaction.js'

interface Running {
  readonly scope: TransactionScope
  readonly transaction: OpenTransaction
  isOpen: boolean
  /** The transaction, of this or another module's database, in which this one was begun. */
  readonly outer: Running | undefined
}

/**
 * The innermost transaction that the running code belongs to. One for all databases of a process: Node keeps what has ever
 * stored something, and copies all of it to every asynchronous resource, so one for each would cost more with each.
 */
const current = new AsyncLocalStorage<Running>()

/** How many transactions are open in this process. Where there are none, nobody can be inside of one. */
let openCount = 0

/**
 * Knows whether the code that runs now belongs to a transaction of one module's database.
 *
 * Inside a transaction, a query through the module's own handle asks for a second connection. Where there is only one,
 * it would wait for itself; where there are more, it would not see what the transaction did. Both are mistakes, so both
 * are errors.
 */
export class TransactionScope {
  readonly #module: string

  constructor(module: string) {
    this.#module = module
  }

  /** Runs `work` as part of a transaction. What it leaves running is no longer part of it. */
  async run<T>(transaction: OpenTransaction, work: () => Promise<T>): Promise<T> {
    const running: Running = { scope: this, transaction, isOpen: true, outer: current.getStore() }
    openCount++
    try {
      return await current.run(running, work)
    } finally {
      running.isOpen = false
      openCount--
    }
  }

  /**
   * Before a query through the module's own handle. Where no transaction is open, Node is told that there is nothing to
   * remember: as long as there may be, Node 20 takes a fifth longer for what waits as often as a query does. That is not said
   * at the end of a transaction, because saying it costs something, too, and the next one may follow at once.
   *
   * @throws HostError `DB_USED_INSIDE_TRANSACTION`
   */
  enterQuery(): void {
    if (openCount === 0) current.disable()
    else this.assertOutside()
  }

  /** @throws HostError `DB_USED_INSIDE_TRANSACTION` */
  assertOutside(): void {
    this.#refuse(({ scope }) => scope === this)
  }

  /**
   * Before a savepoint of this transaction: inside of another one it would wait for itself, as they are not side by side.
   *
   * @throws HostError `DB_USED_INSIDE_TRANSACTION`
   */
  assertOutsideOfSavepoints(outer: OpenTransaction): void {
    this.#refuse(({ transaction }) => transaction !== outer && transaction.isWithin(outer))
  }

  #refuse(isMistake: (running: Running) => boolean): void {
    for (let running = current.getStore(); running !== undefined; running = running.outer) {
      if (running.isOpen && isMistake(running))
        throw new HostError('DB_USED_INSIDE_TRANSACTION', { module: this.#module })
    }
  }
}
