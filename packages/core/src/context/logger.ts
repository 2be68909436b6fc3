/** Structured data that goes with a log line. */
export type LogFields = Readonly<Record<string, unknown>>

/** From the least to the most severe. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const

/** How severe a line is. */
export type LogLevel = (typeof logLevels)[number]

/** What the runtime and its modules log to. Any object with these methods serves. */
export interface Logger {
  /** What only helps to follow single steps. */
  trace(message: string, fields?: LogFields): void
  /** What helps to find a mistake. */
  debug(message: string, fields?: LogFields): void
  /** What an operator wants to read of ordinary work. */
  info(message: string, fields?: LogFields): void
  /** What is not as it should be, though work goes on. */
  warn(message: string, fields?: LogFields): void
  /** What has failed. An `error` among the fields is written with its code, causes and stack. */
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
export const silentLogger: Logger & {
  /** That it writes nothing, so that nothing is computed for it. */
  isLevelEnabled(): false
} = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
  isLevelEnabled: () => false,
}
