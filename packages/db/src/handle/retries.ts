import { type Clock, HostError } from '@modkit/core'
import { isAborted } from '../cancellation/abortable.js'
import { pause } from '../cancellation/pause.js'

/** What repeating needs of its surroundings. */
export interface RetryContext {
  readonly clock: Clock
  /** From 0 up to 1; spreads those who gave way to each other. */
  readonly random: () => number
}

export interface Retries extends RetryContext {
  /** How many times at most, after the first. */
  readonly retries: number
  readonly signals: readonly AbortSignal[]
}

/** The first pause, in milliseconds; each further one is twice as long, up to the longest. */
const PAUSE_MS = { first: 10, longest: 1_000 }

/** Does `work` again where another transaction was in its way. Rejects with what the last attempt said. */
export async function withRetries<T>(work: () => Promise<T>, { retries, clock, random, signals }: Retries): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const isOver = attempt >= retries || isAborted(signals)
      if (isOver || !HostError.is(error, 'DB_SERIALIZATION_FAILURE')) throw error
      const pauseMs = Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** attempt)
      await pause(pauseMs * (0.5 + random() / 2), { clock, signals })
    }
  }
}
