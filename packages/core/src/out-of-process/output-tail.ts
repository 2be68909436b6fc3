import { LineSplitter } from './line-splitter.js'

/** How much of the end of a stream is kept, and how much of it is told. */
const KEPT_BYTES = 16 * 1024
const TOLD_LINES = 20
const TOLD_LINE_BYTES = 1_024

/**
 * The end of a stream, for the day when its process dies and somebody asks what it said last. It keeps bytes, not lines,
 * so that it knows the end of a flood as well.
 */
export class OutputTail {
  #chunks: Buffer[] = []
  #bytes = 0
  /** Whether the first line may lack its beginning. */
  #isCut = false

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    for (let first = this.#chunks[0]; first && this.#bytes - first.length >= KEPT_BYTES; first = this.#chunks[0]) {
      this.#chunks.shift()
      this.#bytes -= first.length
      this.#isCut = true
    }
  }

  /** The last lines, the newest at the end; long ones are cut. */
  lines(): readonly string[] {
    const splitter = new LineSplitter({ maxBytes: TOLD_LINE_BYTES })
    const lines = [...splitter.push(Buffer.concat(this.#chunks)), ...splitter.end()]
    if (this.#isCut && lines.length > 1) lines.shift()
    return lines.slice(-TOLD_LINES).map(({ text, truncated }) => (truncated ? `${text}…` : text))
  }
}
