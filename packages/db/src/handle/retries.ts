import { type Clock, HostError } from '@modkit/core'
import { sleep } from '@modkit/core/spi'

/** What repeating needs of its surroundings. */
export interface RetryContext {
  readonly clock: Clock
  /** From 0 up to 1; spreads those who gave way to each other. */
  readonly random: () => number
}

export interface Retries extends RetryContext {
  /** How many times at most, after the first. */
  readonly retries: number
  readonly signal?: AbortSignal
}

/** The first pause, in milliseconds; each further one is twice as long, up to the longest. */
const PAUSE_MS = { first: 10, longest: 1_000 }

/** Does `work` again where another transaction was in its way. Rejects with what the last attempt said. */
export async function withRetries<T>(work: () => Promise<T>, { retries, clock, random, signal }: Retries): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const isOver = attempt >= retries || signal?.aborted === true
      if (isOver || !HostError.is(error, 'DB_SERIALIZATION_FAILURE')) throw error
      const pauseMs = Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** attempt)
      await sleep(pauseMs * (0.5 + random() / 2), signal ? { clock, signal } : { clock })
    }
  }
}
