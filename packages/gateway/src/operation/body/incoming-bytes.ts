import type { IncomingBytes } from '@modkit/core'
import { textOf } from './json-body.js'

/** Bytes that come once, from whatever stream they are cut out of. */
export class StreamedBytes implements IncomingBytes {
  readonly contentType: string
  readonly #source: AsyncIterable<Uint8Array>
  #isTaken = false

  /** @param source enforces its own limits: it fails with a problem */
  constructor(contentType: string, source: AsyncIterable<Uint8Array>) {
    this.contentType = contentType
    this.#source = source
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.#isTaken) throw new TypeError('The bytes of a body come once, and somebody has taken them already.')
    this.#isTaken = true
    return this.#source[Symbol.asyncIterator]()
  }

  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  async text(): Promise<string> {
    return textOf(await this.bytes())
  }
}
