import type { Clock } from '@modkit/core'
import { isAborted } from '../../cancellation/abortable.js'
import { pause } from '../../cancellation/pause.js'

export interface BusyWait {
  readonly clock: Clock
  /** How long to go on trying, in milliseconds. */
  readonly budgetMs: number
  /** End the waiting; the last failure is then thrown. */
  readonly signals?: readonly AbortSignal[]
  /** Asked before each further attempt; `false` ends the waiting. */
  readonly worthRetrying?: () => boolean
}

/**
 * How long SQLite itself waits for a lock, blocking the event loop. Enough for the moments in which every commit and
 * checkpoint locks the file; everything longer is waited for here.
 */
export const BLOCKING_WAIT_MS = 5

/** The pause between two attempts: random, so that waiting processes do not march in step. */
const PAUSE_MS = { min: 2, max: 20 }

/** Runs `attempt` until it is not refused because of somebody else's lock. Waits between attempts, never blocks. */
export async function retryWhileBusy<T>(attempt: () => T | Promise<T>, wait: BusyWait): Promise<T> {
  const { clock, budgetMs, signals = [] } = wait
  const deadline = clock.monotonic() + budgetMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const remainingMs = deadline - clock.monotonic()
      const isOver = remainingMs <= 0 || isAborted(signals) || wait.worthRetrying?.() === false
      if (isOver || !isBusy(error)) throw error
      const pauseMs = PAUSE_MS.min + Math.random() * (PAUSE_MS.max - PAUSE_MS.min)
      await pause(Math.min(pauseMs, remainingMs), { clock, signals })
    }
  }
}

/**
 * Whether SQLite refused because somebody else holds a lock that will be given back.
 *
 * A stale snapshot is not that: the transaction that has one can never write, however long it waits.
 */
export function isBusy(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY') && code !== 'SQLITE_BUSY_SNAPSHOT'
}
