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
