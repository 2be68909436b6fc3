/** Bytes that come in pieces: one piece is kept as it is, and a million tiny ones take no more memory than their bytes. */
export class GrowingBytes {
  #bytes: Buffer | undefined
  #length = 0

  get length(): number {
    return this.#length
  }

  add(chunk: Buffer): void {
    const before = this.#length
    this.#length += chunk.length
    if (this.#bytes === undefined) {
      this.#bytes = chunk
      return
    }
    if (this.#length > this.#bytes.length) this.#bytes = this.#roomier(this.#bytes, before)
    this.#bytes.set(chunk, before)
  }

  /** All that came. Nothing is to be added afterwards. */
  whole(): Buffer {
    if (this.#bytes === undefined) return Buffer.alloc(0)
    return this.#bytes.length === this.#length ? this.#bytes : this.#bytes.subarray(0, this.#length)
  }

  /** Doubled, so that each byte is copied about once. */
  #roomier(bytes: Buffer, used: number): Buffer {
    const larger = Buffer.allocUnsafe(Math.max(2 * bytes.length, this.#length))
    larger.set(bytes.subarray(0, used))
    return larger
  }
}
