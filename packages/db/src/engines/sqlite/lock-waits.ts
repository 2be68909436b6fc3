import type { StatementControl } from '../database-engine.js'

/**
 * The connections whose statement waits for somebody else's lock: the only moment in which an SQLite statement can be ended,
 * because it blocks the event loop while it runs.
 */
export class LockWaits implements StatementControl {
  readonly #waiting = new Set<unknown>()
  readonly #givenUp = new Set<unknown>()

  /** Waits by `work`, which asks {@link isGivenUp} before it goes on. */
  async during<T>(connection: unknown, work: () => Promise<T>): Promise<T> {
    this.#waiting.add(connection)
    try {
      return await work()
    } finally {
      this.#waiting.delete(connection)
      this.#givenUp.delete(connection)
    }
  }

  isGivenUp(connection: unknown): boolean {
    return this.#givenUp.has(connection)
  }

  isBusy(connection: unknown): boolean {
    return this.#waiting.has(connection)
  }

  cancel(connection: unknown): Promise<void> {
    if (this.#waiting.has(connection)) this.#givenUp.add(connection)
    return Promise.resolve()
  }

  abandon(connection: unknown): void {
    this.#givenUp.add(connection)
  }
}
