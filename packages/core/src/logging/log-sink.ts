import type { LogRecord } from './log-record.js'

/** Where lines go. Never throws, never blocks, holds a bounded number of lines, and counts what it had to drop. */
export interface LogSink {
  readonly droppedLines: number
  accept(record: LogRecord): void
  /** How many lines a broken sink has dropped since it was last asked: it cannot say so itself any more. */
  takeUnsaidDrops(): number
  /** Resolves when everything accepted so far was written or dropped. Never rejects. */
  settled(): Promise<void>
  /** Lets go of what the sink holds open; what is not yet written is dropped. Never rejects. */
  close(): Promise<void>
}
