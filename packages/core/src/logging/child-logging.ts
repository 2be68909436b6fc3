import { logLevels } from '../context/logger.js'
import type { LoggingConfig, LoggingSection, SinkLevel } from './logging-config.js'

/**
 * How a child of a host logs what the host is configured to log: as JSON on standard output, for the host to take apart and
 * route. Files are the host's: two processes cannot turn over the same ones.
 */
export function childLogging(config: LoggingConfig): LoggingConfig {
  return new Map([...config].map(([name, section]) => [name, toHost(section)]))
}

function toHost(section: LoggingSection): LoggingSection {
  const { consoleLevel, file, fileLevel } = section
  const isFinest = file !== undefined && rank(fileLevel) < rank(consoleLevel)
  return { ...section, consoleFormat: 'json', consoleLevel: isFinest ? fileLevel : consoleLevel, file: undefined }
}

/** The lower, the more is let through. */
function rank(level: SinkLevel): number {
  return level === 'off' ? logLevels.length : logLevels.indexOf(level)
}
