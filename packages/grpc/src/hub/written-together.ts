import type { Writable } from 'node:stream'
import type { MethodDefinition } from '@grpc/grpc-js'

type Serialize = MethodDefinition<unknown, unknown>['responseSerialize']

/** A message that has its bytes already. */
class Encoded {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

/** What grpc-js is to serialize responses with where {@link writeTogether} may have done that before. */
export function unlessEncoded(serialize: Serialize): Serialize {
  return (response) => (response instanceof Encoded ? response.bytes : serialize(response))
}

export interface TogetherOptions {
  readonly serialize: Serialize
  /** The largest message that is sent, in bytes. */
  readonly maxBytes: number
}

interface Chunk {
  readonly chunk: unknown
  readonly encoding: BufferEncoding
}

/** How many messages, and from how many bytes on no more, are handed to the system before it has taken them. */
const MOST_MESSAGES = 64
const MOST_BYTES = 64 * 1024

/**
 * Lets the responses that wait behind one that is being written go out together, where grpc-js would hand each to the system
 * before it looks at the next. A few at a time: a handler may have written any number without waiting.
 */
export function writeTogether(call: Writable, options: TogetherOptions): void {
  call._writev = (chunks: readonly Chunk[], written) => new Writing({ call, chunks, written, ...options }).goOn()
}

interface WritingOptions extends TogetherOptions {
  readonly call: Writable
  readonly chunks: readonly Chunk[]
  readonly written: () => void
}

/**
 * A message that cannot be sent ends its call inside grpc-js, which must not be given another after it. So messages are
 * serialized before: such a one goes as it is and is the last, for grpc-js to refuse, and is never said to be written.
 */
class Writing {
  readonly #options: WritingOptions
  #next = 0
  #isBeingWritten = 0
  readonly #oneWritten = (): void => {
    this.#isBeingWritten--
    if (this.#isBeingWritten === 0) this.goOn()
  }

  constructor(options: WritingOptions) {
    this.#options = options
  }

  goOn(): void {
    const { call, chunks, written } = this.#options
    if (this.#next === chunks.length) {
      written()
      return
    }
    const messages = this.#take()
    this.#isBeingWritten = messages.length
    for (const { chunk, encoding } of messages) call._write(chunk, encoding, this.#oneWritten)
  }

  /** The next messages that go out together. */
  #take(): readonly Chunk[] {
    const { chunks } = this.#options
    const taken: Chunk[] = []
    let bytes = 0
    for (const { chunk, encoding } of chunks.slice(this.#next, this.#next + MOST_MESSAGES)) {
      const message = encoded(chunk, this.#options)
      taken.push({ chunk: message, encoding })
      bytes += message instanceof Encoded ? message.bytes.length : Infinity
      if (bytes >= MOST_BYTES) break
    }
    this.#next += taken.length
    return taken
  }
}

function encoded(message: unknown, { serialize, maxBytes }: TogetherOptions): unknown {
  try {
    const bytes = serialize(message)
    return bytes.length > maxBytes ? message : new Encoded(bytes)
  } catch {
    return message
  }
}
