/** When a child that ended by itself is started again. A failure is any end but exit code 0, and a child that never gets ready. */
export type RestartCondition = 'never' | 'on_failure' | 'always'

/** How a child that ended by itself is started again. */
export interface RestartPolicy {
  readonly condition: RestartCondition
  /** A child that would be started more often than this within {@link windowMs} is given up. */
  readonly maxRestarts: number
  readonly windowMs: number
  /** How long the first restart waits; each further one within the window waits twice as long as the one before. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
}

export const defaultRestartPolicy: RestartPolicy = {
  condition: 'on_failure',
  maxRestarts: 5,
  windowMs: 60_000,
  backoffMs: 500,
  maxBackoffMs: 30_000,
}

export interface RestartHistoryOptions {
  readonly policy: RestartPolicy
  /** A number from 0 up to 1; default `Math.random`. */
  readonly random?: () => number
}

/** How much of a wait is left to chance, so that children that died together do not come back together. */
const JITTER = 0.5

/** When one child was restarted, and what follows from it for the next time. */
export class RestartHistory {
  readonly #policy: RestartPolicy
  readonly #random: () => number
  /** Of the restarts within the window. */
  #times: readonly number[] = []

  constructor({ policy, random = Math.random }: RestartHistoryOptions) {
    this.#policy = policy
    this.#random = random
  }

  /**
   * How many whole milliseconds a restart that is due now has to wait; `undefined` where it would be one too many. Counts
   * the restart.
   *
   * @param now milliseconds of the monotonic clock
   */
  nextBackoff(now: number): number | undefined {
    const { maxRestarts, windowMs, backoffMs, maxBackoffMs } = this.#policy
    const recent = this.#times.filter((time) => now - time < windowMs)
    if (recent.length >= maxRestarts) return undefined
    this.#times = [...recent, now]
    const fullMs = Math.min(backoffMs * 2 ** recent.length, maxBackoffMs)
    return Math.round(fullMs * (1 - JITTER * this.#random()))
  }
}
