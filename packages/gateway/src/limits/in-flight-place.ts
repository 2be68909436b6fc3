/** How many requests an operation is working on. */
export interface InFlightCount {
  requests: number
}

/**
 * One request among those that are being worked on. Its answer holds it, and so does its handler: one that goes on after its
 * client has left, or after its time, still uses what the limit protects.
 */
export class InFlightPlace {
  readonly #count: InFlightCount
  #holders = 0

  constructor(count: InFlightCount) {
    this.#count = count
  }

  hold(): void {
    if (this.#holders++ === 0) this.#count.requests++
  }

  /** Once for each {@link hold}. */
  leave(): void {
    if (--this.#holders === 0) this.#count.requests--
  }
}
