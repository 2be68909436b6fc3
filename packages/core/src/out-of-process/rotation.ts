/**
 * Takes turns among candidates: the next is the one whose last turn is longest ago, and of those that never had one the
 * first. So everyone gets an equal share, also while candidates come and go.
 */
export class Rotation<T extends object> {
  /** Weak, so that whoever is gone is forgotten. */
  readonly #lastTurn = new WeakMap<T, number>()
  #turns = 0

  next(candidates: readonly T[]): T | undefined {
    let chosen: T | undefined
    for (const candidate of candidates) {
      if (chosen === undefined || this.#turnOf(candidate) < this.#turnOf(chosen)) chosen = candidate
    }
    if (chosen !== undefined) this.#lastTurn.set(chosen, ++this.#turns)
    return chosen
  }

  #turnOf(candidate: T): number {
    return this.#lastTurn.get(candidate) ?? 0
  }
}
