/** When requests are due that come at an even rate, whether answers come or not. */
export class Pace {
  readonly #perMs: number

  constructor(perSecond: number) {
    this.#perMs = perSecond / 1_000
  }

  /** How many are due after so long; the first at once. */
  dueAfter(ms: number): number {
    return Math.floor(ms * this.#perMs) + 1
  }

  /** When the request of this index (from 0) is due. */
  dueMs(index: number): number {
    return index / this.#perMs
  }
}
