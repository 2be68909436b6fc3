import type { Readable } from 'node:stream'

/** A call whose responses are read. */
export interface ReadCall {
  readonly call: Readable & { cancel(): void }
  /** The error for the reader of what the call failed with. */
  errorOf(failure: unknown): unknown
  /** Told once when the call is over, whatever the reason, though not everything that came may have been read. */
  onEnd(): void
}

type Result = IteratorResult<unknown, undefined>

interface Waiting {
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

const DONE: Result = { value: undefined, done: true }

/**
 * The responses of a call, which is made when the first one is asked for. Read no faster than they are asked for; who stops
 * early cancels the call.
 *
 * Written by hand, because the iterators of streams cost several promises for every message.
 */
export class ResponseStream implements AsyncIterableIterator<unknown, undefined> {
  readonly #open: () => ReadCall
  readonly #waiting: Waiting[] = []
  #read: ReadCall | undefined
  #isOver = false
  #isForgotten = false
  #failure: { readonly error: unknown } | undefined

  constructor(open: () => ReadCall) {
    this.#open = open
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<Result> {
    if (this.#isOver) return Promise.resolve(DONE)
    try {
      this.#read ??= this.#begin()
    } catch (error) {
      this.#isOver = true
      return rejected(error)
    }
    // Who asks before the answer to the last question has come waits behind it.
    const message: unknown = this.#waiting.length === 0 ? this.#read.call.read() : null
    if (message !== null) return Promise.resolve({ value: message, done: false })
    if (this.#failure) return rejected(this.#end(this.#failure))
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  return(): Promise<Result> {
    this.#end()
    return Promise.resolve(DONE)
  }

  #begin(): ReadCall {
    const read = this.#open()
    const { call } = read
    call.on('readable', () => this.#serve(read))
    call.on('end', () => this.#end())
    // Also where nobody reads on: who stops without a word must not keep the call in anybody's books.
    call.on('status', () => this.#forget(read))
    call.on('error', (failure) => {
      // After what has come before it has been read.
      this.#failure ??= { error: failure }
      this.#serve(read)
    })
    return read
  }

  /** Answers those who wait, as far as there are messages. */
  #serve({ call }: ReadCall): void {
    while (this.#waiting.length > 0) {
      const message: unknown = call.read()
      if (message !== null) {
        this.#waiting.shift()?.resolve({ value: message, done: false })
        continue
      }
      if (!this.#failure) return
      const { reject } = this.#waiting.shift() ?? {}
      reject?.(this.#end(this.#failure))
    }
  }

  /** Ends the call where it has not ended by itself; gives the error for whoever asks first. */
  #end(failure?: { readonly error: unknown }): unknown {
    if (this.#isOver) return undefined
    this.#isOver = true
    const read = this.#read
    // What stopped a call early is not its caller's to know of.
    const error = failure && read?.errorOf(failure.error)
    if (read) this.#forget(read)
    if (read && !read.call.readableEnded && !failure) read.call.cancel()
    for (const { resolve } of this.#waiting.splice(0)) resolve(DONE)
    return error
  }

  #forget(read: ReadCall): void {
    if (this.#isForgotten) return
    this.#isForgotten = true
    read.onEnd()
  }
}

function rejected(error: unknown): Promise<never> {
  // What the signal of the caller aborted with may be anything.
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  return Promise.reject(error)
}
