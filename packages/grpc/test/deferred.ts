/** A promise that is settled from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
}

export function deferred<T = void>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/** Why the signal aborted, once it has. */
export function reasonOf(signal: AbortSignal | undefined): Promise<unknown> {
  return new Promise((resolve) => {
    if (!signal || signal.aborted) resolve(signal?.reason)
    else signal.addEventListener('abort', () => resolve(signal.reason), { once: true })
  })
}

/** What the promise rejects with. */
export function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error('It did not reject.')),
    (error: unknown) => error as Error,
  )
}
