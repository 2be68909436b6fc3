import { toError } from '../errors/error-json.js'
import type { Clock } from '../time/clock.js'
import { formatJson } from './json-format.js'
import { LineQueue, type LineBatch } from './line-queue.js'
import { droppedNotice, type LogRecord } from './log-record.js'
import type { LogSink } from './log-sink.js'
import { RotatingFile, type RotationLimits } from './rotating-file.js'

export const FILE_LIMITS = { maxLines: 50_000, maxBytes: 8_388_608 } as const

/** How much is written at once. */
const MAX_BATCH_BYTES = 262_144

export interface FileSinkOptions {
  readonly limits: RotationLimits
  readonly clock: Clock
  /** Called once, when the file cannot be opened or written to; the sink then drops every line. */
  readonly onFailure: (error: Error) => void
}

/** JSON lines in a rotating file, written in order, many at a time. */
export class FileSink implements LogSink {
  readonly #file: RotatingFile
  readonly #options: FileSinkOptions
  readonly #queue = new LineQueue(FILE_LIMITS)
  /** Settles when the queue is empty; `undefined` while nothing is being written. */
  #writing: Promise<void> | undefined
  #broken = false
  #dropped = 0
  #droppedSinceNotice = 0

  constructor(file: string, options: FileSinkOptions) {
    this.#file = new RotatingFile(file, options.limits, options.clock)
    this.#options = options
  }

  get droppedLines(): number {
    return this.#dropped
  }

  accept(record: LogRecord): void {
    if (this.#broken || this.#queue.full || !this.#queue.push(`${formatJson(record)}\n`)) return this.#drop(1)
    this.#writing ??= this.#writeAll()
  }

  takeUnsaidDrops(): number {
    if (!this.#broken) return 0
    const count = this.#droppedSinceNotice
    this.#droppedSinceNotice = 0
    return count
  }

  settled(): Promise<void> {
    return this.#writing ?? Promise.resolve()
  }

  async close(): Promise<void> {
    this.#broken = true
    this.#drop(this.#queue.clear())
    await this.#writing
    await this.#closeFile()
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#write(this.#queue.take(Math.min(MAX_BATCH_BYTES, this.#options.limits.maxBytes)))
      if (this.#queue.length === 0 && this.#droppedSinceNotice > 0 && !this.#broken) this.#queueNotice()
    }
    this.#writing = undefined
  }

  async #write(batch: LineBatch): Promise<void> {
    try {
      await this.#file.append(batch.text, batch.byteCount)
    } catch (error) {
      this.#drop(batch.lineCount + this.#queue.clear())
      if (this.#broken) return
      this.#broken = true
      await this.#closeFile()
      this.#options.onFailure(toError(error))
    }
  }

  #queueNotice(): void {
    this.#queue.push(`${formatJson(droppedNotice(this.#droppedSinceNotice, this.#options.clock.now()))}\n`)
    this.#droppedSinceNotice = 0
  }

  #drop(lineCount: number): void {
    this.#dropped += lineCount
    this.#droppedSinceNotice += lineCount
  }

  async #closeFile(): Promise<void> {
    try {
      await this.#file.close()
    } catch {
      // The lines were written or counted as dropped; a file that does not close has nothing to add.
    }
  }
}
