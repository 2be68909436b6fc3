import type { Readable } from 'node:stream'

/** A call whose responses are read. */
export interface ReadCall {
  readonly call: Readable & { cancel(): void }
  /** Whether the reader has given the call up, and gets nothing more. */
  isGivenUp(): boolean
  /** The error for the reader of what the call failed with. */
  errorOf(failure: unknown): unknown
  /** Told once when the call is over, whatever the reason, though not everything that came may have been read. */
  onEnd(): void
}

type Result = IteratorResult<unknown, undefined>

/** How a call ended, for its reader. */
interface Last {
  readonly failure?: { readonly error: unknown }
}

interface Waiting {
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

const DONE: Result = { value: undefined, done: true }

/** How many responses are read ahead of who asks for them. */
const READ_AHEAD = 16

/**
 * The responses of a call, which is made when the first one is asked for. Read no faster than they are asked for, but for a
 * few; who stops early cancels the call.
 *
 * Written by hand, because the iterators of streams cost several promises for every message, and listeners to `readable` a
 * tick.
 */
export class ResponseStream implements AsyncIterableIterator<unknown, undefined> {
  readonly #open: () => ReadCall
  /** Who asks before there is a message; one of these and `#messages` is empty. */
  readonly #waiting: Waiting[] = []
  readonly #messages: unknown[] = []
  #read: ReadCall | undefined
  #isPaused = false
  #isOver = false
  #isForgotten = false
  /** There is nothing after `#messages`. */
  #last: Last | undefined

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
    if (this.#read.isGivenUp()) return this.#end({ failure: { error: undefined } })
    if (this.#messages.length > 0) return Promise.resolve({ value: this.#take(this.#read), done: false })
    if (this.#last) return this.#end(this.#last)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  return(): Promise<Result> {
    this.#over()
    return Promise.resolve(DONE)
  }

  #begin(): ReadCall {
    const read = this.#open()
    const { call } = read
    call.on('data', (message: unknown) => this.#receive(message, read))
    call.on('end', () => this.#finish({}))
    // Also where nobody reads on: who stops without a word must not keep the call in anybody's books.
    call.on('status', () => this.#forget(read))
    call.on('error', (error) => {
      // After what has come before it, each of which is told as `data`.
      while (call.read() !== null);
      this.#finish({ failure: { error } })
    })
    return read
  }

  #receive(message: unknown, { call }: ReadCall): void {
    if (this.#isOver) return
    const first = this.#waiting.shift()
    if (first) {
      first.resolve({ value: message, done: false })
      return
    }
    this.#messages.push(message)
    if (this.#messages.length < READ_AHEAD || this.#isPaused) return
    this.#isPaused = true
    call.pause()
  }

  #take({ call }: ReadCall): unknown {
    const message = this.#messages.shift()
    if (this.#isPaused && this.#messages.length === 0) {
      this.#isPaused = false
      call.resume()
    }
    return message
  }

  #finish(last: Last): void {
    if (this.#last) return
    this.#last = last
    const first = this.#waiting.shift()
    if (first) this.#end(last).then(first.resolve, first.reject)
  }

  /** What comes after the last message, for whoever asks first. */
  #end({ failure }: Last): Promise<Result> {
    const result = failure ? rejected(this.#read?.errorOf(failure.error)) : Promise.resolve(DONE)
    this.#over()
    return result
  }

  /** Nobody gets anything any more: a call that has not ended by itself is cancelled. */
  #over(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#messages.length = 0
    // What stopped a call early is not its caller's to know of.
    if (this.#read) {
      this.#forget(this.#read)
      if (!this.#last) this.#read.call.cancel()
    }
    for (const { resolve } of this.#waiting.splice(0)) resolve(DONE)
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
