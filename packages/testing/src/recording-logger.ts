import type { LogFields, Logger, LogLevel } from '@modkit/core'

/** One line that was logged. */
export interface RecordedLine {
  readonly level: LogLevel
  readonly message: string
  /** Its own fields, over those of the loggers that it came through. */
  readonly fields: LogFields
}

/** What all children of one logger share. */
interface Record {
  readonly lines: RecordedLine[]
  readonly waiting: Set<(line: RecordedLine) => void>
}

/** A logger that prints nothing and keeps everything, for a test to read or to wait for. */
export class RecordingLogger implements Logger {
  readonly #record: Record
  readonly #inherited: LogFields

  constructor(record: Record = { lines: [], waiting: new Set() }, inherited: LogFields = {}) {
    this.#record = record
    this.#inherited = inherited
  }

  /** Everything that was logged so far through this logger, its children and its parents. */
  get lines(): readonly RecordedLine[] {
    return this.#record.lines
  }

  /** The messages of one level, or of all. */
  messages(level?: LogLevel): readonly string[] {
    return this.lines.filter((line) => level === undefined || line.level === level).map(({ message }) => message)
  }

  /** The first line, past or future, with this message, or that the function accepts. Bounded by the test's own time limit. */
  line(wanted: string | ((line: RecordedLine) => boolean)): Promise<RecordedLine> {
    const matches = typeof wanted === 'string' ? ({ message }: RecordedLine) => message === wanted : wanted
    const past = this.lines.find(matches)
    if (past) return Promise.resolve(past)
    return new Promise((resolve) => {
      const { waiting } = this.#record
      const listener = (line: RecordedLine): void => {
        if (!matches(line)) return
        waiting.delete(listener)
        resolve(line)
      }
      waiting.add(listener)
    })
  }

  trace(message: string, fields?: LogFields): void {
    this.#write('trace', message, fields)
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields)
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields)
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields)
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields)
  }

  child(fields: LogFields): RecordingLogger {
    return new RecordingLogger(this.#record, { ...this.#inherited, ...fields })
  }

  #write(level: LogLevel, message: string, fields: LogFields = {}): void {
    const line = { level, message, fields: { ...this.#inherited, ...fields } }
    this.#record.lines.push(line)
    for (const listener of this.#record.waiting) listener(line)
  }
}
