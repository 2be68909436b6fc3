import { HostError } from '@modkit/core'

export interface AbortableOptions {
  /** For the error. */
  readonly operation: string
  readonly signal: AbortSignal | undefined
  /** Once it answers `true`, an abort no longer ends the wait. */
  readonly until?: () => boolean
}

/**
 * Settles as `work` does, or rejects with `CANCELLED` as soon as the signal aborts.
 *
 * What is left behind may still fail, but not as an unhandled rejection.
 */
export function abortable<T>(work: PromiseLike<T>, { operation, signal, until }: AbortableOptions): Promise<T> {
  if (!signal) return Promise.resolve(work)
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      if (until?.() !== true) reject(cancelled(operation, signal))
    }
    const settle = (finish: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      finish()
    }
    work.then(
      (value) => settle(() => resolve(value)),
      // Passed on as it is, also where it is no error.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      (error: unknown) => settle(() => reject(error)),
    )
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** The error of an operation whose signal aborted, with the reason as its cause. */
export function cancelled(operation: string, signal: AbortSignal): HostError {
  return new HostError('CANCELLED', { operation }, { cause: signal.reason })
}
