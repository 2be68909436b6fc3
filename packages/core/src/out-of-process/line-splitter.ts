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

export interface LineSplitterOptions {
  /** The longest line in bytes, without its ending. */
  readonly maxBytes: number
  /** Asked for every line, in order; one that is refused is left out, and costs next to nothing. Default all. */
  readonly admit?: (bytes: number) => boolean
}

/**
 * Cuts a stream of bytes into lines, however the bytes are distributed over chunks.
 *
 * Lines end with LF or CRLF. Bytes that are not UTF-8 become U+FFFD. A line that is longer than the limit is handed out
 * cut, as soon as that is known, and the rest of it is skipped: never more than the limit and one chunk is held.
 */
export class LineSplitter {
  readonly #maxBytes: number
  readonly #admit: (bytes: number) => boolean
  #pending: Buffer[] = []
  #pendingBytes = 0
  /** Inside the rest of a line that was already handed out. */
  #skipping = false

  constructor({ maxBytes, admit = () => true }: LineSplitterOptions) {
    this.#maxBytes = maxBytes
    this.#admit = admit
  }

  /** The lines that `chunk` completes. */
  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (this.#skipping) this.#skipping = false
      else this.#endLine(chunk, { start, end }, lines)
      start = end + 1
    }
    this.#append(chunk.subarray(start))
    // One byte over the limit may yet turn out to be the CR of a line ending.
    if (this.#pendingBytes > this.#maxBytes + 1) {
      if (this.#admit(this.#maxBytes)) lines.push(this.#takeLine())
      else this.#forgetPending()
      this.#skipping = true
    }
    return lines
  }

  /** The last line, where the stream ended without a line ending. */
  end(): readonly Line[] {
    if (this.#pendingBytes === 0) return []
    if (this.#admit(this.#pendingBytes)) return [this.#takeLine()]
    this.#forgetPending()
    return []
  }

  #endLine(chunk: Buffer, { start, end }: { start: number; end: number }, lines: Line[]): void {
    if (!this.#admit(this.#pendingBytes + end - start)) {
      this.#forgetPending()
      return
    }
    this.#append(chunk.subarray(start, end))
    lines.push(this.#takeLine())
  }

  #append(bytes: Buffer): void {
    if (this.#skipping || bytes.length === 0) return
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
  }

  #takeLine(): Line {
    const bytes = withoutCarriageReturn(Buffer.concat(this.#pending, this.#pendingBytes))
    this.#forgetPending()
    const truncated = bytes.length > this.#maxBytes
    const kept = truncated ? bytes.subarray(0, characterBorder(bytes, this.#maxBytes)) : bytes
    return { text: kept.toString('utf8'), truncated }
  }

  #forgetPending(): void {
    // Chunks bring lines by the thousand, and most of them find nothing to forget.
    if (this.#pending.length > 0) this.#pending = []
    this.#pendingBytes = 0
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
