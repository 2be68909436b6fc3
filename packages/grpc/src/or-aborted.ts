/**
 * What `work` settles with, or a rejection with the signal's reason as soon as it aborts.
 *
 * Work that is left behind may still fail; nobody waits for it any more, so its error is dropped.
 */
export function orAborted<T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      // The reason is whatever the owner of the signal chose.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal.reason)
    }
    const settled = (): void => {
      signal.removeEventListener('abort', onAbort)
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).then(settled, settled)
  })
}

/** Waits for one piece of work after another, each no longer than until the signal aborts, with one listener for all of them. */
export class AbortableWaits {
  readonly #signal: AbortSignal
  #reject: ((reason: unknown) => void) | undefined
  readonly #onAbort = (): void => this.#reject?.(this.#signal.reason)

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** What {@link orAborted} gives; only one at a time. */
  wait<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      // The reason is whatever the owner of the signal chose.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      if (this.#signal.aborted) reject(this.#signal.reason)
      work.then(resolve, reject)
    })
  }

  /** There is nothing more to wait for. */
  end(): void {
    this.#reject = undefined
    this.#signal.removeEventListener('abort', this.#onAbort)
  }
}
