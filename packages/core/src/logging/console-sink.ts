import type { Writable } from 'node:stream'
import type { Clock } from '../time/clock.js'
import { LineQueue } from './line-queue.js'
import { droppedNotice, type LineFormat, type LogRecord } from './log-record.js'
import type { LogSink } from './log-sink.js'
import { listenTo, stopListening } from './stream-events.js'

export const CONSOLE_LIMITS = { maxLines: 10_000, maxBytes: 1_048_576 } as const

/** How much is handed to the stream at once after it was full. */
const MAX_CHUNK_BYTES = 65_536

export interface ConsoleSinkOptions {
  readonly format: LineFormat
  readonly clock: Clock
}

/**
 * Lines on a stream, usually standard error.
 *
 * While the reader keeps up, a line is written at once, so that a crash that follows cannot take it along. While it
 * does not, lines wait in a bounded queue. When it is gone for good (a closed pipe), lines are counted and dropped: a
 * process outlives whoever read its log.
 */
export class ConsoleSink implements LogSink {
  readonly #stream: Writable
  readonly #options: ConsoleSinkOptions
  readonly #queue = new LineQueue(CONSOLE_LIMITS)
  readonly #waiting = new Set<() => void>()
  #unwritten = 0
  #blocked = false
  #broken = false
  #closed = false
  #dropped = 0
  #droppedSinceNotice = 0

  constructor(stream: Writable, options: ConsoleSinkOptions) {
    this.#stream = stream
    this.#options = options
    // Without a listener, a closed pipe would end the process.
    listenTo(stream, 'error', this.#onGone)
    listenTo(stream, 'close', this.#onGone)
    listenTo(stream, 'drain', this.#onDrain)
  }

  get droppedLines(): number {
    return this.#dropped
  }

  accept(record: LogRecord): void {
    if (this.#broken || this.#queue.full) return this.#drop(1)
    const line = `${this.#options.format(record)}\n`
    if (!this.#blocked) this.#write(line)
    else if (!this.#queue.push(line)) this.#drop(1)
  }

  takeUnsaidDrops(): number {
    if (!this.#broken) return 0
    const count = this.#droppedSinceNotice
    this.#droppedSinceNotice = 0
    return count
  }

  settled(): Promise<void> {
    if (this.#isSettled) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.add(resolve))
  }

  close(): Promise<void> {
    this.#closed = true
    this.#break()
    stopListening(this.#stream, 'drain', this.#onDrain)
    // What is still on its way may yet fail, and somebody has to be there for it.
    if (this.#unwritten === 0) this.#release()
    return Promise.resolve()
  }

  readonly #onGone = (): void => {
    this.#break()
    if (this.#closed) this.#release()
  }

  readonly #onDrain = (): void => {
    this.#blocked = false
    while (this.#writable && this.#queue.length > 0) this.#write(this.#queue.take(MAX_CHUNK_BYTES).text)
    if (this.#writable && this.#droppedSinceNotice > 0) this.#writeNotice()
  }

  /** One function for all writes: the platform then keeps a count of callbacks instead of a list. */
  readonly #onWritten = (error?: Error | null): void => {
    this.#unwritten--
    if (error) this.#break()
    else if (this.#closed && this.#unwritten === 0) this.#release()
    this.#wakeWhenSettled()
  }

  get #writable(): boolean {
    return !this.#blocked && !this.#broken
  }

  #write(text: string): void {
    this.#unwritten++
    try {
      this.#blocked = !this.#stream.write(text, this.#onWritten)
    } catch {
      // Some streams throw what others report, for example when standard error is a file on a full disk.
      this.#unwritten--
      this.#drop(1)
      this.#break()
    }
  }

  #writeNotice(): void {
    const count = this.#droppedSinceNotice
    this.#droppedSinceNotice = 0
    this.#write(`${this.#options.format(droppedNotice(count, this.#options.clock.now()))}\n`)
  }

  #drop(lineCount: number): void {
    this.#dropped += lineCount
    this.#droppedSinceNotice += lineCount
  }

  #break(): void {
    this.#broken = true
    this.#drop(this.#queue.clear())
    this.#wakeWhenSettled()
  }

  get #isSettled(): boolean {
    return this.#broken || (this.#unwritten === 0 && this.#queue.length === 0)
  }

  #wakeWhenSettled(): void {
    if (!this.#isSettled) return
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  #release(): void {
    stopListening(this.#stream, 'error', this.#onGone)
    stopListening(this.#stream, 'close', this.#onGone)
  }
}
