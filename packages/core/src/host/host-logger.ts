import type { HostConfig } from '../config/host-config.js'
import type { FlushableLogger, Logger } from '../context/logger.js'
import type { Clock } from '../time/clock.js'
import { settleWithin } from '../time/deadline.js'
import type { HostOptions } from './host-options.js'

/** How long an orderly exit waits for logs to be written. */
const FLUSH_MS = 1_000

export interface LoggerSurroundings {
  readonly config: HostConfig
  readonly clock: Clock
}

/** The given logger, or one made from the `logging` section. Winston is loaded only in the second case. */
export async function createHostLogger(
  { logger }: HostOptions,
  { config, clock }: LoggerSurroundings,
): Promise<Logger> {
  if (logger) return logger
  const { createRootLogger } = await import('../logging/root-logger.js')
  return createRootLogger(config.logging, { homeDir: config.homeDir, clock })
}

/** Waits until what was logged is written, one second at most. Never rejects. */
export async function flushLogger(logger: Logger, clock: Clock): Promise<void> {
  if (!isFlushable(logger)) return
  // A log that cannot be flushed has nowhere left to complain.
  await settleWithin(logger.flush(), { operation: 'Flushing the logs', clock, afterMs: FLUSH_MS })
}

function isFlushable(logger: Logger): logger is FlushableLogger {
  return 'flush' in logger && typeof logger.flush === 'function'
}
