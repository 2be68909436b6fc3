const HEAD_END = '\r\n\r\n'
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i
/** `2` at the place of a status's first digit in `HTTP/1.1 200`. */
const SUCCESS = 0x32
const STATUS_AT = 9

/**
 * Finds where the answers of one connection end, and does next to nothing else: a client that takes its time would hide
 * how fast servers are. One answer is under way at a time.
 */
export class AnswerReader {
  /** How long the last answer was that came in one piece; the next is most often as long. */
  #usual = 0
  #head = ''
  /** How much of a body is still to come. */
  #missing = 0

  /**
   * Whether the answer is complete with these bytes.
   *
   * @throws Error for what is no success, has no length or is longer than it said
   */
  take(bytes: Buffer, length: number): boolean {
    if (this.#missing > 0) return this.#takeBody(length)
    if (this.#head !== '' || length !== this.#usual || bytes[STATUS_AT] !== SUCCESS)
      return this.#takeHead(bytes, length)
    return true
  }

  #takeHead(bytes: Buffer, length: number): boolean {
    const isWhole = this.#head === ''
    this.#head += bytes.toString('latin1', 0, length)
    const end = this.#head.indexOf(HEAD_END)
    if (end === -1) return false
    const text = this.#head
    this.#head = ''
    const head = text.slice(0, end)
    if (!head.startsWith('HTTP/1.1 2')) throw new Error(`Not a success: ${text}`)
    const size = CONTENT_LENGTH.exec(head)?.[1]
    if (size === undefined) throw new Error(`An answer without a length: ${head}`)
    const isComplete = this.#expect(Number(size), text.length - end - HEAD_END.length)
    if (isComplete && isWhole) this.#usual = length
    return isComplete
  }

  #expect(size: number, here: number): boolean {
    this.#missing = size
    return this.#takeBody(here)
  }

  #takeBody(length: number): boolean {
    this.#missing -= length
    if (this.#missing < 0) throw new Error('There is more than the one answer that was asked for.')
    return this.#missing === 0
  }
}
