/** A source that counts how often it is asked and ended, and can be told to yield, to fail, or to be silent. */
export class WatchedSource<T> implements AsyncIterableIterator<T> {
  asked = 0
  ended = 0
  readonly #values: T[]
  readonly #last: 'end' | 'silence' | Error
  #onEnd: () => void = () => undefined
  /** Resolves when it is ended from outside. */
  readonly end = new Promise<void>((resolve) => (this.#onEnd = resolve))

  constructor(values: readonly T[], last: 'end' | 'silence' | Error = 'silence') {
    this.#values = [...values]
    this.#last = last
  }

  next(): Promise<IteratorResult<T>> {
    this.asked++
    if (this.#values.length > 0) return Promise.resolve({ value: this.#values.shift() as T, done: false })
    if (this.#last === 'silence') return new Promise(() => undefined)
    return this.#last === 'end' ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(this.#last)
  }

  return(): Promise<IteratorResult<T>> {
    this.ended++
    this.#onEnd()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/** Resolves when `value` has stood still for many turns of the event loop after it first moved. */
export async function standstill(value: () => number): Promise<void> {
  for (let still = 0, last = -1; still < 2_000 || last === 0; still = value() === last ? still + 1 : 0) {
    last = value()
    await new Promise((resolve) => setImmediate(resolve))
  }
}
