import { logLevels, type LogFields, type Logger, type LogLevel } from '../../src/context/logger.js'

export interface RecordedLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}

type Wanted = (line: RecordedLine) => boolean

/** A logger that keeps what it is given, and lets a test wait for a line. */
export class RecordedLog {
  readonly lines: RecordedLine[] = []
  readonly #waiting = new Set<(line: RecordedLine) => void>()
  readonly logger: Logger = this.#loggerWith({})

  /** The messages of one level, or of all. */
  messages(level?: LogLevel): readonly string[] {
    return this.lines.filter((line) => level === undefined || line.level === level).map((line) => line.message)
  }

  /** The first line, past or future, with this message or of this kind. */
  line(wanted: string | Wanted): Promise<RecordedLine> {
    const matches: Wanted = typeof wanted === 'string' ? ({ message }) => message === wanted : wanted
    const past = this.lines.find(matches)
    if (past) return Promise.resolve(past)
    return new Promise((resolve) => {
      const listener = (line: RecordedLine): void => {
        if (!matches(line)) return
        this.#waiting.delete(listener)
        resolve(line)
      }
      this.#waiting.add(listener)
    })
  }

  #record(line: RecordedLine): void {
    this.lines.push(line)
    for (const listener of this.#waiting) listener(line)
  }

  #loggerWith(inherited: LogFields): Logger {
    const write =
      (level: LogLevel) =>
      (message: string, fields: LogFields = {}): void => {
        this.#record({ level, message, fields: { ...inherited, ...fields } })
      }
    const methods = Object.fromEntries(logLevels.map((level) => [level, write(level)]))
    return {
      ...(methods as Record<LogLevel, ReturnType<typeof write>>),
      child: (fields) => this.#loggerWith({ ...inherited, ...fields }),
    }
  }
}
