/** Structured data that goes with a log line. */
export type LogFields = Readonly<Record<string, unknown>>

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof logLevels)[number]

/** What the runtime and its modules log to. Any object with these methods serves. */
export interface Logger {
  trace(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger that adds `fields` to everything it is given. */
  child(fields: LogFields): Logger
}

/** A logger that also owns where its lines go. */
export interface FlushableLogger extends Logger {
  /** Resolves when what was logged so far has been written, or given up; never rejects. */
  flush(): Promise<void>
}

const ignore = (): void => undefined

/**
 * Whether a logger may write a line of this level: ask before you compute what is costly. Loggers that cannot tell, by
 * `isLevelEnabled` as winston's and pino's can, may.
 */
export function mayWrite(logger: Logger, level: LogLevel): boolean {
  const { isLevelEnabled } = logger as Logger & { isLevelEnabled?: (level: LogLevel) => boolean }
  return typeof isLevelEnabled !== 'function' || isLevelEnabled.call(logger, level)
}

/** A logger that says nothing. */
export const silentLogger: Logger & { isLevelEnabled(): false } = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
  isLevelEnabled: () => false,
}
