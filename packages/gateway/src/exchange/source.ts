/** Something that yields the chunks of an answer: an iterable, a Node stream or a web stream. */
export type Source<T> = AsyncIterable<T> | Iterable<T>

/** A source that is being read, and can be let go of at any time. */
export class OpenSource<T> {
  readonly #next: () => PromiseLike<IteratorResult<T, unknown>> | IteratorResult<T, unknown>
  readonly #letGo: () => void
  #isAtEnd = false

  constructor(source: Source<T>) {
    if (source instanceof ReadableStream) {
      // The return() of its iterator would wait for a chunk that may never come.
      const reader = (source as ReadableStream<T>).getReader()
      this.#next = () => reader.read()
      this.#letGo = () => quietly(() => reader.cancel())
    } else {
      const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
      this.#next = () => iterator.next()
      this.#letGo = () => letGo(source, iterator)
    }
  }

  async next(): Promise<IteratorResult<T, unknown>> {
    try {
      const next = await this.#next()
      if (next.done === true) this.#isAtEnd = true
      return next
    } catch (error) {
      this.#isAtEnd = true
      throw error
    }
  }

  /** Ends the source, unless it has ended. */
  end(): void {
    if (this.#isAtEnd) return
    this.#isAtEnd = true
    this.#letGo()
  }
}

/** Lets go of a source that nobody has begun to read. */
export function discardSource(source: unknown): void {
  if (source instanceof ReadableStream) quietly(() => source.cancel())
  else letGo(source, source)
}

function letGo(source: unknown, iterator: unknown): void {
  const { destroy } = source as { readonly destroy?: unknown }
  const { return: end } = iterator as { readonly return?: unknown }
  if (typeof destroy === 'function') destroyStream(source, () => destroy.call(source) as unknown)
  else if (typeof end === 'function') quietly(() => end.call(iterator) as unknown)
}

/** A Node stream: the return() of its iterator, too, would wait. */
function destroyStream(stream: unknown, destroy: () => unknown): void {
  const { on } = stream as { readonly on?: unknown }
  // One that is just being opened may yet find that it cannot be, and an error that nobody listens to ends the process.
  if (typeof on === 'function') on.call(stream, 'error', () => undefined)
  quietly(destroy)
}

/** Nobody is left to hear that letting go failed, and a generator that waits answers only when its wait is over. */
function quietly(work: () => unknown): void {
  try {
    Promise.resolve(work()).catch(() => undefined)
  } catch {
    // The same, for what fails at once.
  }
}
