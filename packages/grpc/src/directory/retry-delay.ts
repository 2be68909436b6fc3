export interface RetryPolicy {
  readonly firstMs: number
  readonly maxMs: number
}

/** How long to wait before attempt after attempt: twice as long each time, up to a limit, and up to half of it by chance. */
export class RetryDelay {
  readonly #policy: RetryPolicy
  readonly #random: () => number
  #failures = 0

  /** @param random from 0 to below 1; so that peers which lost the same directory do not come back all at once */
  constructor(policy: RetryPolicy, random: () => number = Math.random) {
    this.#policy = policy
    this.#random = random
  }

  /** How often in a row it failed. */
  get failures(): number {
    return this.#failures
  }

  /** Notes a failure, and says how many milliseconds to wait after it. */
  next(): number {
    const { firstMs, maxMs } = this.#policy
    const full = Math.min(maxMs, firstMs * 2 ** Math.min(this.#failures, 30))
    this.#failures++
    return full * (0.5 + this.#random() / 2)
  }

  reset(): void {
    this.#failures = 0
  }
}
