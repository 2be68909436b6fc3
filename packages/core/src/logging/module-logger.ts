import type { LogFields, Logger, LogLevel } from '../context/logger.js'
import { isErrorLike, messageOf } from '../errors/error-json.js'
import type { Clock } from '../time/clock.js'
import { verbosity } from './levels.js'
import type { LogRoutes, LogSource } from './routes.js'
import type { RoutedRecord } from './sink-transport.js'

/** What all loggers of one root share. */
export interface LogOutput {
  readonly clock: Clock
  readonly routes: LogRoutes
  write(record: RoutedRecord): void
}

/** The logger of one module. `child({ module })` gives the logger of another one; all other fields go with every line. */
export class ModuleLogger implements Logger {
  readonly #output: LogOutput
  readonly #source: LogSource
  readonly #threshold: number
  readonly #fields: LogFields
  readonly #hasFields: boolean

  constructor(output: LogOutput, source: LogSource, fields: LogFields = {}) {
    this.#output = output
    this.#source = source
    this.#threshold = source.route.threshold
    this.#fields = fields
    this.#hasFields = Object.keys(fields).length > 0
  }

  trace(message: string, fields?: LogFields): void {
    if (verbosity.trace <= this.#threshold) this.#log('trace', message, fields)
  }

  debug(message: string, fields?: LogFields): void {
    if (verbosity.debug <= this.#threshold) this.#log('debug', message, fields)
  }

  info(message: string, fields?: LogFields): void {
    if (verbosity.info <= this.#threshold) this.#log('info', message, fields)
  }

  warn(message: string, fields?: LogFields): void {
    if (verbosity.warn <= this.#threshold) this.#log('warn', message, fields)
  }

  error(message: string, fields?: LogFields): void {
    if (verbosity.error <= this.#threshold) this.#log('error', message, fields)
  }

  /** Whether a line of this level would be written anywhere: ask before you compute what is costly. */
  isLevelEnabled(level: LogLevel): boolean {
    return verbosity[level] <= this.#threshold
  }

  child(fields: LogFields): Logger {
    const { module, ...others } = fields
    const source = typeof module === 'string' ? this.#output.routes.sourceOf(module) : this.#source
    return new ModuleLogger(this.#output, source, { ...this.#fields, ...others })
  }

  #log(level: LogLevel, message: unknown, fields: unknown): void {
    this.#output.write({
      ...this.#source,
      time: this.#output.clock.now(),
      level,
      message: typeof message === 'string' ? message : messageOf(message),
      fields: this.#withOwn(isErrorLike(message) ? { error: message } : fields),
    })
  }

  #withOwn(fields: unknown): LogFields {
    if (fields === undefined || fields === null) return this.#fields
    // `logger.error('it failed', error)` is a habit from elsewhere; the error must not get lost.
    if (isErrorLike(fields)) return { ...this.#fields, error: fields }
    // Most loggers have no fields of their own, and a copy of an object is what costs most in a line.
    if (!this.#hasFields && typeof fields === 'object') return fields as LogFields
    try {
      return { ...this.#fields, ...(fields as LogFields) }
    } catch (error) {
      // A getter threw; a line that lacks its fields is better than none, and than a failure of whoever logs.
      return { ...this.#fields, unreadable: messageOf(error) }
    }
  }
}
