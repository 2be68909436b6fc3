import type { HostConfig } from '../../config/host-config.js'
import {
  mayWrite,
  silentLogger,
  type FlushableLogger,
  type LogFields,
  type Logger,
  type LogLevel,
} from '../../context/logger.js'
import { childLogging } from '../../logging/child-logging.js'
import type { Clock } from '../../time/clock.js'
import { settleWithin } from '../../time/deadline.js'
import type { HostOptions } from '../options/host-options.js'

/** How long an orderly exit waits for logs to be written. */
const FLUSH_MS = 1_000

/** What the host logs to, and the end of it. */
export interface HostLog {
  readonly logger: Logger
  /** Waits until what was logged is written, one second at most, and lets go of what the host opened. Never rejects. */
  close(): Promise<void>
}

/** The log of a host that has not read its configuration yet. */
export const noLog: HostLog = { logger: silentLogger, close: () => Promise.resolve() }

export interface LogSurroundings {
  readonly config: HostConfig
  readonly clock: Clock
  /** Whether a host reads what this process writes. */
  readonly isChild: boolean
}

/** The given logger, or one made from the `logging` section. Winston is loaded only in the second case. */
export async function openHostLog(
  { logger }: HostOptions,
  { config, clock, isChild }: LogSurroundings,
): Promise<HostLog> {
  if (logger) return { logger: new UnfailingLogger(logger), close: () => flush(logger, clock) }
  const { createRootLogger } = await import('../../logging/root-logger.js')
  // Standard error is for what the child dies of: the host keeps its last lines.
  const forHost = isChild && { stream: process.stdout }
  const logging = isChild ? childLogging(config.logging) : config.logging
  const root = createRootLogger(logging, { ...forHost, homeDir: config.homeDir, clock })
  return { logger: root, close: () => root.close() }
}

/** A logger that was given belongs to whoever gave it: it is flushed, not closed. */
async function flush(logger: Logger, clock: Clock): Promise<void> {
  if (!isFlushable(logger)) return
  // A log that cannot be flushed has nowhere left to complain.
  await settleWithin(
    Promise.resolve().then(() => logger.flush()),
    { operation: 'Flushing the logs', clock, afterMs: FLUSH_MS },
  )
}

/** A given logger whose failures are its own: one that throws must not end a shutdown half way. */
class UnfailingLogger implements Logger {
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  trace(message: string, fields?: LogFields): void {
    this.#log('trace', message, fields)
  }

  debug(message: string, fields?: LogFields): void {
    this.#log('debug', message, fields)
  }

  info(message: string, fields?: LogFields): void {
    this.#log('info', message, fields)
  }

  warn(message: string, fields?: LogFields): void {
    this.#log('warn', message, fields)
  }

  error(message: string, fields?: LogFields): void {
    this.#log('error', message, fields)
  }

  child(fields: LogFields): Logger {
    try {
      return new UnfailingLogger(this.#logger.child(fields))
    } catch {
      // Lines without these fields are better than none, and than a failure of whoever logs.
      return this
    }
  }

  isLevelEnabled(level: LogLevel): boolean {
    try {
      return mayWrite(this.#logger, level)
    } catch {
      // One that cannot say may write.
      return true
    }
  }

  #log(level: LogLevel, message: string, fields: LogFields | undefined): void {
    try {
      this.#logger[level](message, fields)
    } catch {
      // There is no other place to say that the log does not work.
    }
  }
}

function isFlushable(logger: Logger): logger is FlushableLogger {
  return 'flush' in logger && typeof logger.flush === 'function'
}
