import type { LoggingConfig, LoggingSection, SinkLevel } from '../../logging/logging-config.js'
import { type Section, numberAt, sectionAt, textAt } from './section-values.js'

/** The `logging` section, its kinds checked; `default` is always part of the result. */
export function loggingConfig(logging: Section): LoggingConfig {
  const names = logging.node?.kind === 'map' ? [...logging.node.entries.keys()] : []
  return new Map(['default', ...names].map((name) => [name, loggingSection(sectionAt(logging, name))]))
}

function loggingSection(section: Section): LoggingSection {
  return {
    consoleFormat: textAt(section, 'console_format') === 'json' ? 'json' : 'text',
    consoleLevel: levelAt(section, 'console_level'),
    file: textAt(section, 'file'),
    fileLevel: levelAt(section, 'file_level'),
    maxAgeDays: numberAt(section, 'max_age_days'),
    maxBackups: numberAt(section, 'max_backups') ?? 3,
    maxSizeMb: numberAt(section, 'max_size_mb') ?? 100,
  }
}

function levelAt(section: Section, key: string): SinkLevel {
  const level = textAt(section, key) ?? 'info'
  // The rules let through the sink's words and "none", which means the same as "off".
  return level === 'none' ? 'off' : (level as SinkLevel)
}
