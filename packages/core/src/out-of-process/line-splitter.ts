const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
/** A character of UTF-8 has at most three bytes after its first. */
const MAX_CONTINUATION_BYTES = 3

/** One line of output, without its line ending. */
export interface Line {
  readonly text: string
  /** Whether the line was longer than the limit, so that `text` is only its beginning. */
  readonly truncated: boolean
}

/**
 * Cuts a stream of bytes into lines, however the bytes are distributed over chunks.
 *
 * Lines end with LF or CRLF. Bytes that are not UTF-8 become U+FFFD. A line that is longer than the limit is handed out
 * cut, as soon as that is known, and the rest of it is skipped: never more than the limit and one chunk is held.
 */
export class LineSplitter {
  readonly #maxBytes: number
  #pending: Buffer[] = []
  #pendingBytes = 0
  /** Inside the rest of a line that was already handed out. */
  #skipping = false

  /** @param maxBytes the longest line in bytes, without its ending */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The lines that `chunk` completes. */
  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#append(chunk.subarray(start, end))
      if (!this.#skipping) lines.push(this.#takeLine())
      this.#skipping = false
      start = end + 1
    }
    this.#append(chunk.subarray(start))
    // One byte over the limit may yet turn out to be the CR of a line ending.
    if (this.#pendingBytes > this.#maxBytes + 1) {
      lines.push(this.#takeLine())
      this.#skipping = true
    }
    return lines
  }

  /** The last line, where the stream ended without a line ending. */
  end(): readonly Line[] {
    return this.#pendingBytes === 0 ? [] : [this.#takeLine()]
  }

  #append(bytes: Buffer): void {
    if (this.#skipping || bytes.length === 0) return
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
  }

  #takeLine(): Line {
    const bytes = withoutCarriageReturn(Buffer.concat(this.#pending, this.#pendingBytes))
    this.#pending = []
    this.#pendingBytes = 0
    const truncated = bytes.length > this.#maxBytes
    const kept = truncated ? bytes.subarray(0, characterBorder(bytes, this.#maxBytes)) : bytes
    return { text: kept.toString('utf8'), truncated }
  }
}

function withoutCarriageReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === CARRIAGE_RETURN ? bytes.subarray(0, -1) : bytes
}

/** The largest offset up to `limit` that does not cut a character in two. */
function characterBorder(bytes: Buffer, limit: number): number {
  let border = limit
  while (border > 0 && limit - border < MAX_CONTINUATION_BYTES && isContinuation(bytes[border])) border--
  return border
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
