import type { LogFields, LogLevel } from '../context/logger.js'

/** One thing that was logged, before it becomes a line. */
export interface LogRecord {
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly level: LogLevel
  readonly module: string
  readonly message: string
  /** As they were given: not yet plain, not yet redacted. */
  readonly fields: LogFields
}

/** Makes a line, without its line break. */
export type LineFormat = (record: LogRecord) => string

/** What the host says for itself is logged under this name. */
export const HOST_MODULE = 'host'

/** What a sink writes once it has room again, or another one for it: then `file` says whose lines they were. */
export function droppedNotice(count: number, time: number, file?: string): LogRecord {
  const message = `${String(count)} log line${count === 1 ? '' : 's'} dropped`
  const fields = file === undefined ? {} : { file }
  return { time, level: 'warn', module: HOST_MODULE, message, fields }
}
