import type { Writable } from 'node:stream'
import type { MethodDefinition } from '@grpc/grpc-js'

type Serialize = MethodDefinition<unknown, unknown>['responseSerialize']

/** How many messages are made ready at most before the event loop goes on. */
const MESSAGES_TOGETHER = 64

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

/**
 * Lets the responses that wait behind one that is being written go out together, where grpc-js would hand each to the system
 * before it looks at the next.
 *
 * A message that cannot be sent ends its call inside grpc-js, which must not be given another after it. So messages are
 * serialized before: such a one goes as it is and is the last, for grpc-js to refuse.
 */
export function writeTogether(call: Writable, options: TogetherOptions): void {
  call._writev = (chunks, written) => new Batches(call, { chunks, written, ...options }).goOn()
}

interface BatchesOptions extends TogetherOptions {
  readonly chunks: readonly Chunk[]
  readonly written: (error?: Error | null) => void
}

/** What waits, however much it is, some messages at a time. */
class Batches {
  readonly #call: Writable
  readonly #options: BatchesOptions
  #next = 0
  #unwritten = 0

  constructor(call: Writable, options: BatchesOptions) {
    this.#call = call
    this.#options = options
  }

  goOn(): void {
    const { chunks } = this.#options
    const batch = chunks.slice(this.#next, this.#next + MESSAGES_TOGETHER)
    this.#next += batch.length
    this.#unwritten = batch.length
    for (const { chunk, encoding } of batch) {
      const message = encoded(chunk, this.#options)
      this.#call._write(message, encoding, this.#onWritten)
      if (!(message instanceof Encoded)) return
    }
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error) this.#options.written(error)
    else if (--this.#unwritten > 0) return
    else if (this.#next < this.#options.chunks.length) this.goOn()
    else this.#options.written()
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
