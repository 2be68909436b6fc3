import type { Clock } from '../time/clock.js'

/** How much of a stream becomes lines of the log. */
export interface OutputLimits {
  readonly linesPerSecond: number
  readonly bytesPerSecond: number
  /** How many seconds' worth may come at once. */
  readonly burstSeconds: number
}

/** Per stream: far more than anybody reads, and little enough for the host to stay responsive. */
export const OUTPUT_LIMITS: OutputLimits = { linesPerSecond: 10_000, bytesPerSecond: 8 * 1024 * 1024, burstSeconds: 3 }

const MS_PER_SECOND = 1_000

/**
 * How much a child may still say: two buckets, of lines and of bytes, that fill up as time passes. A line that finds one of
 * them empty is refused; the one that empties it is let through whole.
 */
export class OutputAllowance {
  readonly #limits: OutputLimits
  readonly #clock: Clock
  #lines: number
  #bytes: number
  #filledAt: number

  constructor(limits: OutputLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
    this.#lines = limits.linesPerSecond * limits.burstSeconds
    this.#bytes = limits.bytesPerSecond * limits.burstSeconds
    this.#filledAt = clock.monotonic()
  }

  /** Adds what has come in since the last call: once for each chunk, because asking for the time costs more than a line. */
  fill(): void {
    const { linesPerSecond, bytesPerSecond, burstSeconds } = this.#limits
    const now = this.#clock.monotonic()
    const seconds = (now - this.#filledAt) / MS_PER_SECOND
    this.#filledAt = now
    this.#lines = Math.min(this.#lines + seconds * linesPerSecond, linesPerSecond * burstSeconds)
    this.#bytes = Math.min(this.#bytes + seconds * bytesPerSecond, bytesPerSecond * burstSeconds)
  }

  /** Whether a line of so many bytes may be said; counts it if so. */
  take(bytes: number): boolean {
    if (this.#lines < 1 || this.#bytes <= 0) return false
    this.#lines -= 1
    this.#bytes -= bytes
    return true
  }
}
