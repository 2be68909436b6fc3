/** How fast and how many. */
export interface BucketRate {
  /** Tokens per second. */
  readonly rps: number
  /** The most that a bucket holds. */
  readonly burst: number
}

/** What is left in a bucket. */
export interface BucketLevel {
  /** Whether a token was taken. */
  readonly taken: boolean
  /** Whole tokens that are left. */
  readonly remaining: number
  /** Until there is a token again; 0 while there is one. */
  readonly waitMs: number
  /** Until the bucket is full again. */
  readonly fullMs: number
}

/** Requests in a row take tokens, time brings them back. */
export class TokenBucket {
  readonly #rate: BucketRate
  #tokens: number
  #at: number

  constructor(rate: BucketRate, now: number) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#at = now
  }

  /** @param now milliseconds that never run backwards */
  take(now: number): BucketLevel {
    this.#refill(now)
    const taken = this.#tokens >= 1
    if (taken) this.#tokens--
    return {
      taken,
      remaining: Math.floor(this.#tokens),
      waitMs: this.#msUntil(1),
      fullMs: this.#msUntil(this.#rate.burst),
    }
  }

  isFull(now: number): boolean {
    this.#refill(now)
    return this.#tokens >= this.#rate.burst
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + ((now - this.#at) / 1_000) * this.#rate.rps)
    this.#at = now
  }

  #msUntil(tokens: number): number {
    return Math.max(0, ((tokens - this.#tokens) / this.#rate.rps) * 1_000)
  }
}
