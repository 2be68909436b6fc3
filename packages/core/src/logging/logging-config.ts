/** What a sink lets through; `off` closes it. */
export type SinkLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'off'

/** How the lines of one part of the system are logged. */
export interface LoggingSection {
  /** Only of the section `default`, which governs the console of all. Default `'text'`. */
  readonly consoleFormat: 'text' | 'json'
  /** Default `'info'`. */
  readonly consoleLevel: SinkLevel
  /** A file for JSON lines, relative to the home directory; none by default. */
  readonly file: string | undefined
  /** Default `'info'`. */
  readonly fileLevel: SinkLevel
  /** Rotated files older than this are removed. Default: no limit by age. */
  readonly maxAgeDays: number | undefined
  /** How many rotated files are kept. Default 3. */
  readonly maxBackups: number
  /** At which size a file is rotated. Default 100. */
  readonly maxSizeMb: number
}

/** The `logging` section: by module name, and `default` for all that have no section of their own. */
export type LoggingConfig = ReadonlyMap<string, LoggingSection>

/** A section in which nothing is said. */
export const loggingSectionDefaults: LoggingSection = {
  consoleFormat: 'text',
  consoleLevel: 'info',
  file: undefined,
  fileLevel: 'info',
  maxAgeDays: undefined,
  maxBackups: 3,
  maxSizeMb: 100,
}
