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

/**
 * Lets the responses that wait behind one that is being written go out together, where grpc-js would hand each to the system
 * before it looks at the next.
 *
 * A message that cannot be sent ends its call inside grpc-js, which must not be given another after it. So messages are
 * serialized before: such a one goes as it is and is the last, for grpc-js to refuse.
 */
export function writeTogether(call: Writable, options: TogetherOptions): void {
  call._writev = (chunks: readonly Chunk[], written) => {
    let left = chunks.length
    const oneWritten = (error?: Error | null): void => {
      left--
      if (left === 0 || error) written(error)
    }
    for (const { chunk, encoding } of chunks) {
      const message = encoded(chunk, options)
      call._write(message, encoding, oneWritten)
      if (!(message instanceof Encoded)) return
    }
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
