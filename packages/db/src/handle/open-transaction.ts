import { HostError } from '@modkit/core'
import type { HeldConnection } from './held-connection.js'

export interface OpenTransactionOptions {
  readonly module: string
  readonly held: HeldConnection
  /** The transaction that this one is a savepoint of. */
  readonly outer?: OpenTransaction | undefined
}

/** A transaction, or a savepoint in one, from its beginning until it is committed or rolled back. */
export class OpenTransaction {
  readonly held: HeldConnection
  readonly #module: string
  readonly #outer: OpenTransaction | undefined
  #isOver = false
  #lastInner: Promise<unknown> = Promise.resolve()

  constructor({ module, held, outer }: OpenTransactionOptions) {
    this.#module = module
    this.held = held
    this.#outer = outer
  }

  /** Its connection may be somebody else's by now. */
  get isOver(): boolean {
    return this.#isOver || this.#outer?.isOver === true
  }

  end(): void {
    this.#isOver = true
  }

  /** @throws HostError `DB_TRANSACTION_ENDED` */
  assertOpen(): void {
    if (this.isOver) throw new HostError('DB_TRANSACTION_ENDED', { module: this.#module })
  }

  /** Savepoints of one transaction are nested, not side by side: each waits for the one before. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastInner.then(work)
    this.#lastInner = turn.catch(() => undefined)
    return turn
  }
}
