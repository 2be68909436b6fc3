export interface LineQueueLimits {
  readonly maxLines: number
  readonly maxBytes: number
}

/** Lines that were taken from a queue together. */
export interface LineBatch {
  readonly text: string
  readonly lineCount: number
  readonly byteCount: number
}

/** Lines that wait to be written: first in, first out, and never more than the limits allow. */
export class LineQueue {
  readonly #limits: LineQueueLimits
  #lines: string[] = []
  /** Index of the oldest line; what is before it was taken. */
  #head = 0
  #bytes = 0

  constructor(limits: LineQueueLimits) {
    this.#limits = limits
  }

  get length(): number {
    return this.#lines.length - this.#head
  }

  /** Whether the next line is refused whatever its length. */
  get full(): boolean {
    return this.length >= this.#limits.maxLines || this.#bytes >= this.#limits.maxBytes
  }

  /** Whether there was room for the line. An empty queue has room for any. */
  push(line: string): boolean {
    const bytes = Buffer.byteLength(line)
    if (this.full || (this.length > 0 && this.#bytes + bytes > this.#limits.maxBytes)) return false
    this.#lines.push(line)
    this.#bytes += bytes
    return true
  }

  /** Takes the oldest lines out: as many as fit into `maxBytes`, and one at least. */
  take(maxBytes: number): LineBatch {
    let byteCount = 0
    let end = this.#head
    for (; end < this.#lines.length; end++) {
      const bytes = Buffer.byteLength(this.#lines[end] ?? '')
      if (end > this.#head && byteCount + bytes > maxBytes) break
      byteCount += bytes
    }
    const batch = { text: this.#lines.slice(this.#head, end).join(''), lineCount: end - this.#head, byteCount }
    this.#bytes -= byteCount
    this.#head = end
    this.#forgetTaken()
    return batch
  }

  /** Empties the queue. Returns how many lines were in it. */
  clear(): number {
    const { length } = this
    this.#lines = []
    this.#head = 0
    this.#bytes = 0
    return length
  }

  /** Moving the rest to the front each time would cost more than the lines do; so it happens when half is gone. */
  #forgetTaken(): void {
    if (this.#head * 2 < this.#lines.length) return
    this.#lines = this.#lines.slice(this.#head)
    this.#head = 0
  }
}
