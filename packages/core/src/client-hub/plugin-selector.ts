/**
 * Remembers which plugin was chosen. Choosing goes on once at a time: whoever asks meanwhile waits for the same choice.
 * A failed choice is not remembered, so the next one to ask tries again.
 */
export class PluginSelector<T> {
  #choice: Promise<T> | undefined
  #isChosen = false

  /**
   * What was chosen, or what `resolve` now chooses.
   *
   * @throws what `resolve` throws
   */
  get(resolve: () => T | Promise<T>): Promise<T> {
    this.#choice ??= this.#choose(resolve)
    return this.#choice
  }

  /** Forgets the choice, also one that is still being made. Says whether something was chosen. */
  reset(): boolean {
    const wasChosen = this.#isChosen
    this.#choice = undefined
    this.#isChosen = false
    return wasChosen
  }

  #choose(resolve: () => T | Promise<T>): Promise<T> {
    const choice = Promise.resolve().then(resolve)
    choice.then(
      () => {
        if (this.#choice === choice) this.#isChosen = true
      },
      () => {
        // Whoever asked gets the error from the promise itself.
        if (this.#choice === choice) this.#choice = undefined
      },
    )
    return choice
  }
}
