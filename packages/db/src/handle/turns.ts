interface Waiting {
  readonly owner: object
  readonly begin: () => void
}

/**
 * One at a time, in the order in which they came. What nothing runs before begins at once, without a promise of its own: most
 * statements of a transaction are awaited one by one.
 */
export class Turns {
  readonly #waiting: Waiting[] = []
  #owner: object | undefined

  /** Whose turn it is. */
  get owner(): object | undefined {
    return this.#owner
  }

  /** Calls `run` when its turn has come. The turn lasts until {@link done}, which `run` has to see to, however it ends. */
  take<T>(owner: object, run: () => Promise<T>): Promise<T> {
    if (this.#owner !== undefined) {
      return new Promise((resolve) => this.#waiting.push({ owner, begin: () => resolve(run()) }))
    }
    this.#owner = owner
    return run()
  }

  done(): void {
    const next = this.#waiting.shift()
    this.#owner = next?.owner
    next?.begin()
  }
}
