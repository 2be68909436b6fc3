import { HostError } from '../errors/host-error.js'
import type { Clock, ClockTimer } from './clock.js'

/** What is awaited, how long, and what may end the wait early. */
export interface DeadlineOptions {
  /** For the error: `Hook init() of module "users"`. */
  readonly operation: string
  readonly clock: Clock
  /** The longest wait in milliseconds. */
  readonly afterMs: number
  /** For the error: the option of the host that sets the longest wait. */
  readonly option?: string
  /** When it aborts, the work gets `graceMs` more to settle; then the wait ends as cancelled. */
  readonly signal?: AbortSignal | undefined
  /** Default 1,000 ms. */
  readonly graceMs?: number
}

/** How a bounded wait ended. `exceeded` and `cancelled` mean that the work was left behind and may still go on. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'exceeded' | 'cancelled'; readonly error: HostError; readonly late: Promise<T> }

/** How long work gets once it was told to stop. */
export const GRACE_MS = 1_000

/**
 * Waits for `work`, but never longer than its deadline, and not longer than a grace once `signal` aborted. Never rejects.
 *
 * What is left behind cannot become an unhandled rejection; `late` lets the caller see how it ended after all.
 */
export function settleWithin<T>(work: PromiseLike<T>, options: DeadlineOptions): Promise<Outcome<T>> {
  const { operation, clock, afterMs, option, signal, graceMs = GRACE_MS } = options
  return new Promise((resolve) => {
    const late = Promise.resolve(work)
    let grace: ClockTimer | undefined
    const finish = (outcome: Outcome<T>): void => {
      deadline.cancel()
      grace?.cancel()
      signal?.removeEventListener('abort', onAbort)
      resolve(outcome)
    }
    const giveUp = (kind: 'exceeded' | 'cancelled', error: HostError): void => {
      finish({ kind, error, late })
    }
    const onAbort = (): void => {
      grace = clock.after(graceMs, () =>
        giveUp('cancelled', new HostError('CANCELLED', { operation, abandoned: operation })),
      )
    }
    const deadline = clock.after(afterMs, () =>
      giveUp(
        'exceeded',
        new HostError('DEADLINE_EXCEEDED', { operation, afterMs, ...(option !== undefined && { option }) }),
      ),
    )
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    late.then(
      (value) => finish({ kind: 'done', value }),
      (error: unknown) => finish({ kind: 'failed', error }),
    )
  })
}

/** Waits `ms` milliseconds, or until `signal` aborts. Never rejects. */
export function sleep(
  ms: number,
  options: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { clock, signal } = options
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve()
      return
    }
    const wake = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = clock.after(ms, wake)
    signal?.addEventListener('abort', wake, { once: true })
  })
}

/** Whether a hook returned something to wait for. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}
