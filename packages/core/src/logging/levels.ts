import type { LogLevel } from '../context/logger.js'
import type { SinkLevel } from './logging-config.js'

/** How talkative a level is. A threshold lets through what is not above it; winston counts in the same direction. */
export const verbosity: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3, trace: 4 }

/** Below every level: nothing passes. */
export const NOTHING = -1

/** The verbosity up to which a sink of this level is written to. */
export function thresholdOf(level: SinkLevel): number {
  return level === 'off' ? NOTHING : verbosity[level]
}
