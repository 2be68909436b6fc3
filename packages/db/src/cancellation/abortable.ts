import { HostError } from '@modkit/core'

export interface AbortableOptions {
  /** For the error. */
  readonly operation: string
  /** The first of them to abort counts. */
  readonly signals: readonly AbortSignal[]
  /** Once it answers `true`, an abort no longer ends the wait. */
  readonly until?: () => boolean
  /** What is to be ended first after an abort. From then on `work` no longer decides. Must not reject. */
  readonly ending?: () => Promise<unknown>
}

/**
 * Settles as `work` does, or rejects with `CANCELLED` as soon as a signal aborts.
 *
 * What is left behind may still fail, but not as an unhandled rejection.
 */
export function abortable<T>(work: PromiseLike<T>, options: AbortableOptions): Promise<T> {
  const { operation, signals, until, ending } = options
  if (signals.length === 0) return Promise.resolve(work)
  return new Promise<T>((resolve, reject) => {
    let isEnding = false
    const stopListening = onAbort(signals, () => {
      if (isEnding || until?.() === true) return
      isEnding = true
      stopListening()
      const refuse = (): void => reject(cancelled(operation, signals))
      if (ending) void ending().then(refuse)
      else refuse()
    })
    const settle = (finish: () => void): void => {
      stopListening()
      if (!isEnding) finish()
    }
    work.then(
      (value) => settle(() => resolve(value)),
      // Passed on as it is, also where it is no error.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      (error: unknown) => settle(() => reject(error)),
    )
  })
}

/** Calls `listener` when one of the signals aborts, in a moment if one has; what it gives ends the listening. */
export function onAbort(signals: readonly AbortSignal[], listener: () => void): () => void {
  if (isAborted(signals)) queueMicrotask(listener)
  for (const signal of signals) signal.addEventListener('abort', listener, { once: true })
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', listener)
  }
}

export function isAborted(signals: readonly AbortSignal[]): boolean {
  return signals.some(({ aborted }) => aborted)
}

/** The error of an operation whose signal aborted, with the reason as its cause. */
export function cancelled(operation: string, signals: readonly AbortSignal[]): HostError {
  return new HostError('CANCELLED', { operation }, { cause: signals.find(({ aborted }) => aborted)?.reason })
}
