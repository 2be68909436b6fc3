import type { ServerResponse } from 'node:http'

/** How chunks of an answer become bytes, and what the response is told before the first. */
export interface PumpOptions<T> {
  readonly encode: (chunk: T) => string | Uint8Array
  /** Called before the first byte, or at the end of a source without any. */
  readonly begin: () => void
  /** Ends the answer as if the source had ended. */
  readonly stop: AbortSignal
}

/**
 * Writes everything that `source` yields, no faster than the client takes it. Resolves when the source has ended, the
 * client has gone or `stop` aborted; the source is ended in every case. Rejects with what the source throws.
 */
export async function pump<T>(
  source: AsyncIterable<T> | Iterable<T>,
  response: ServerResponse,
  options: PumpOptions<T>,
): Promise<void> {
  const { begin, encode, stop } = options
  const iterator = iteratorOf(source)
  const ending = new Ending(response, stop)
  let begun = false
  try {
    for (;;) {
      const next = await ending.orEarlier(iterator.next())
      if (next === undefined || next.done === true) break
      if (!begun) begin()
      begun = true
      if (!response.write(encode(next.value))) await ending.orEarlier(drained(response))
    }
    if (!begun && !response.destroyed) begin()
  } finally {
    ending.forget()
    endSource(source, iterator)
  }
}

function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('drain', () => resolve()))
}

/**
 * The end of an answer before its source's: the client goes, or the gateway stops it.
 *
 * `Promise.race` against one long promise would keep every chunk's reaction for as long as the answer lasts.
 */
class Ending {
  readonly #response: ServerResponse
  readonly #stop: AbortSignal
  readonly #onEnd = (): void => {
    this.#isOver = true
    this.#wake?.()
  }
  #isOver: boolean
  #wake: (() => void) | undefined

  constructor(response: ServerResponse, stop: AbortSignal) {
    this.#response = response
    this.#stop = stop
    this.#isOver = response.destroyed || stop.aborted
    response.once('close', this.#onEnd)
    stop.addEventListener('abort', this.#onEnd, { once: true })
  }

  /** What `work` resolves to, or `undefined` once the end has come. */
  orEarlier<R>(work: R | PromiseLike<R>): Promise<R | undefined> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(undefined)
      Promise.resolve(work).then(resolve, reject)
      if (this.#isOver) resolve(undefined)
    })
  }

  forget(): void {
    this.#response.removeListener('close', this.#onEnd)
    this.#stop.removeEventListener('abort', this.#onEnd)
  }
}

/** Lets a source go. Safe to call on one that has ended. */
export function endSource(source: unknown, iterator?: AsyncIterator<unknown> | Iterator<unknown>): void {
  const { destroy } = source as { destroy?: unknown }
  // A Node stream: return() of its iterator would wait for a chunk that may never come.
  if (typeof destroy === 'function') {
    destroy.call(source)
    return
  }
  try {
    // Nobody is left to hear that letting go failed, and a generator that waits answers only when its wait is over.
    Promise.resolve(iterator?.return?.()).catch(() => undefined)
  } catch {
    // The same, for an iterator that throws at once.
  }
}
