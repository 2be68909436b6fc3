import { HostError, isHostError } from '@modkit/core'
import type { TransactionControl } from '../engines/transaction-control.js'
import type { HeldConnection } from './held-connection.js'

export interface OpenTransactionOptions {
  readonly module: string
  readonly held: HeldConnection
  readonly control: TransactionControl
  /** The transaction that this one is a savepoint of. */
  readonly outer?: OpenTransaction | undefined
}

/** A transaction, or a savepoint in one, from its beginning until it is committed or rolled back. */
export class OpenTransaction {
  readonly held: HeldConnection
  readonly #module: string
  readonly #control: TransactionControl
  readonly #outer: OpenTransaction | undefined
  #isOver = false
  #isGivenUp = false
  /** Whether the database has rolled all of it back by itself. */
  #isUndone = false
  /** Whether the connection went before COMMIT: what the server has not been asked for it has not done. */
  #isLost = false
  /** What a statement of it failed with first. */
  #failure: unknown
  #lastInner: Promise<unknown> = Promise.resolve()

  constructor({ module, held, control, outer }: OpenTransactionOptions) {
    this.#module = module
    this.held = held
    this.#control = control
    this.#outer = outer
  }

  /** Its connection may be somebody else's by now. */
  get isOver(): boolean {
    return this.#isOver || this.#outer?.isOver === true
  }

  /** Takes nothing more. What waits for its turn still runs. */
  end(): void {
    this.#isOver = true
  }

  /** Takes nothing more, and what waits for its turn is refused. */
  giveUp(): void {
    this.#isOver = true
    this.#isGivenUp = true
  }

  /** Whether COMMIT may have been done although it failed with this. */
  mayHaveCommitted(error: unknown): boolean {
    return !this.#root.#isLost && this.#control.mayHaveCommitted?.(error) === true
  }

  isWithin(other: OpenTransaction): boolean {
    return this === other || this.#outer?.isWithin(other) === true
  }

  /** Whether a statement of it, or of a savepoint in it, runs at the moment. */
  get isRunning(): boolean {
    const { owner } = this.held.turns
    return owner instanceof OpenTransaction && owner.isWithin(this)
  }

  /** @throws HostError `DB_TRANSACTION_ENDED`, `DB_TRANSACTION_ROLLED_BACK` */
  assertOpen(): void {
    if (this.isOver) throw new HostError('DB_TRANSACTION_ENDED', { module: this.#module })
    this.#assertThere()
  }

  /** For what was taken in time, when its turn has come. @throws HostError as {@link assertOpen} */
  assertRuns(): void {
    if (this.#hasGivenUp) throw new HostError('DB_TRANSACTION_ENDED', { module: this.#module })
    this.#assertThere()
  }

  /** The error of a transaction that was rolled back although nobody asked for it. */
  rolledBack(): HostError {
    return new HostError('DB_TRANSACTION_ROLLED_BACK', { module: this.#module }, { cause: this.#root.#failure })
  }

  /**
   * To be told while it is the turn of what has failed: where that has undone the whole transaction, what follows would be
   * committed statement by statement, so nothing does. Never rejects.
   *
   * @param error what the driver says
   * @param failure what the module is told
   */
  async noteFailure(error: unknown, failure: unknown): Promise<void> {
    if (isHostError(error)) return
    const root = this.#root
    this.#failure ??= failure
    root.#isLost ||= this.#control.mayHaveCommitted?.(error) === true
    if (root.#isUndone || !(await this.#hasUndone(error))) return
    root.#failure = failure
    root.#isUndone = true
  }

  /** Waits for its turn among the statements of the connection. Rejects as {@link assertRuns} throws. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const { turns } = this.held
    return turns.take(this, async () => {
      try {
        this.assertRuns()
        return await work()
      } finally {
        turns.done()
      }
    })
  }

  /** Savepoints of one transaction are nested, not side by side: each waits for the one before. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastInner.then(work)
    this.#lastInner = turn.catch(() => undefined)
    return turn
  }

  get #root(): OpenTransaction {
    return this.#outer === undefined ? this : this.#outer.#root
  }

  get #hasGivenUp(): boolean {
    return this.#isGivenUp || (this.#outer !== undefined && this.#outer.#hasGivenUp)
  }

  #assertThere(): void {
    if (this.#root.#isUndone) throw this.rolledBack()
  }

  async #hasUndone(error: unknown): Promise<boolean> {
    const { held } = this
    try {
      return (await this.#control.isUndone?.(error, held.connection, (sql) => held.ask(sql))) === true
    } catch {
      // With a connection that cannot be asked, the transaction has gone.
      return true
    }
  }
}
