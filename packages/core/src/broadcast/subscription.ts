import type { BroadcastEvent, Reader } from './reader.js'

/**
 * The events of a broadcaster for one subscriber, to be iterated once. Ends with the broadcaster, after what it has still
 * to get; at once when its signal aborts, when the loop over it is left, and when nobody holds it any more.
 */
export class Subscription<T> implements AsyncIterableIterator<BroadcastEvent<T>, undefined, undefined> {
  readonly #reader: Reader<T>

  /** Made by `Broadcaster.subscribe()`. */
  constructor(reader: Reader<T>) {
    this.#reader = reader
  }

  /** How many events this subscriber was too slow for. */
  get dropped(): number {
    return this.#reader.dropped
  }

  /** The next event, once there is one; `done` when the subscription has ended. */
  next(): Promise<IteratorResult<BroadcastEvent<T>, undefined>> {
    return this.#reader.next(this)
  }

  /** Ends the subscription at once. Safe to call again. */
  return(): Promise<IteratorResult<BroadcastEvent<T>, undefined>> {
    this.#reader.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  /** The subscription itself: there is one reader. */
  [Symbol.asyncIterator](): this {
    return this
  }

  /** The same as {@link return}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }
}
