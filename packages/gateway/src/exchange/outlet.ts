import type { ServerResponse } from 'node:http'

/** The response of an answer that is written bit by bit: whether there is room for more, and its end before its source's. */
export class Outlet {
  readonly #response: ServerResponse
  #isFull = false
  #isEnded = false
  #wake: (() => void) | undefined

  constructor(response: ServerResponse) {
    this.#response = response
    // One listener for good: middleware that puts itself in between may take listeners and not give them back.
    response.on('drain', this.#onDrain)
    response.once('close', this.end)
  }

  /** Whether nothing more is to be written: the client has gone, somebody has ended the response, or it is to end. */
  get isOver(): boolean {
    return this.#isEnded || this.isClosed
  }

  /** Whether nothing more can be written. */
  get isClosed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded
  }

  /** Whether the client has yet to take what is there. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Ends the answer as if its source had ended. */
  readonly end = (): void => {
    this.#isEnded = true
    this.#wake?.()
  }

  /** Hands over at once, past whatever compresses. Does nothing where nothing can be written. */
  write(chunk: string | Uint8Array): void {
    if (this.isClosed) return
    if (!this.#response.write(chunk)) this.#isFull = true
    // Node's own method of this name, on the prototype, is another one, and deprecated.
    if (Object.hasOwn(this.#response, 'flush')) (this.#response as unknown as { flush: () => void }).flush()
  }

  /** Resolves when there is room for more, or the answer is over. */
  async room(): Promise<void> {
    while (this.#isFull && !this.isOver) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  /**
   * What `work` resolves to, or `undefined` once the answer is over; then it is not even begun.
   *
   * `Promise.race` against one long promise would keep every chunk's reaction for as long as the answer lasts.
   */
  orEarlier<R>(work: () => Promise<R>): Promise<R | undefined> {
    if (this.isOver) return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      this.#wake = () => {
        if (this.isOver) resolve(undefined)
      }
      work().then(resolve, reject)
    })
  }

  /** Takes its listeners away. */
  forget(): void {
    this.#response.removeListener('drain', this.#onDrain)
    this.#response.removeListener('close', this.end)
  }

  readonly #onDrain = (): void => {
    this.#isFull = false
    this.#wake?.()
  }
}
