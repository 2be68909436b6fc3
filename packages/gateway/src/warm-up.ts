import type { Clock, ClockTimer } from '@modkit/core'
import type { OperationRoute } from './operation/operation-route.js'

/** The first requests come first. */
const AFTER_MS = 1_000

/** A slice of work that no request notices, and the pause after it. */
const SLICE_MS = 5
const PAUSE_MS = 20

/** More would cost memory for operations that perhaps nobody calls; their first requests compile them. */
const MOST_OPERATIONS = 256

/** Compiles operations in the background, so that their first requests are as quick as all others. */
export class WarmUp {
  readonly #clock: Clock
  readonly #waiting: OperationRoute[]
  #timer: ClockTimer | undefined

  constructor(operations: readonly OperationRoute[], clock: Clock) {
    this.#clock = clock
    // The last first, so that taking one is cheap.
    this.#waiting = operations.slice(0, MOST_OPERATIONS).reverse()
    this.#schedule(AFTER_MS)
  }

  end(): void {
    this.#timer?.cancel()
    this.#waiting.length = 0
  }

  #schedule(delayMs: number): void {
    if (this.#waiting.length > 0) this.#timer = this.#clock.after(delayMs, () => this.#work())
  }

  #work(): void {
    const until = this.#clock.monotonic() + SLICE_MS
    do this.#waiting.pop()?.warmUp()
    while (this.#waiting.length > 0 && this.#clock.monotonic() < until)
    this.#schedule(PAUSE_MS)
  }
}
