import { thresholdOf, NOTHING } from './levels.js'
import type { LogSink } from './log-sink.js'
import { loggingSectionDefaults, type LoggingConfig, type LoggingSection } from './logging-config.js'

export const DEFAULT_SECTION = 'default'

/** A sink, and up to which verbosity it is written to. */
export interface LogTarget {
  readonly sink: LogSink
  readonly threshold: number
}

/** Where the lines of a module go. */
export interface LogRoute {
  /** No target takes a line above this, so that none needs to be made. */
  readonly threshold: number
  readonly targets: readonly LogTarget[]
}

/** Who logs, and where that goes. */
export interface LogSource {
  readonly module: string
  readonly route: LogRoute
}

export interface RouteSinks {
  readonly console: LogSink
  /** The sink of a section's file; one and the same for sections that name the same file. */
  file(file: string, section: LoggingSection): LogSink
}

/** The section that holds where no other matches, and whose format the console has. */
export function defaultSection(config: LoggingConfig): LoggingSection {
  return config.get(DEFAULT_SECTION) ?? loggingSectionDefaults
}

/** The sections of the configuration, by the modules whose lines they route. */
export class LogRoutes {
  readonly #default: LogRoute
  readonly #routes = new Map<string, LogRoute>()

  constructor(config: LoggingConfig, sinks: RouteSinks) {
    const fallback = defaultSection(config)
    this.#default = createRoute(fallback, fallback, sinks)
    for (const [name, section] of config) this.#routes.set(comparable(name), createRoute(section, fallback, sinks))
  }

  sourceOf(module: string): LogSource {
    return { module, route: this.#routeOf(module) }
  }

  /** The route of the section of this name; else of the nearest one above it (`users` for `users.mailer`); else of `default`. */
  #routeOf(module: string): LogRoute {
    let name = comparable(module)
    for (;;) {
      const route = this.#routes.get(name)
      if (route) return route
      const end = name.lastIndexOf('.')
      if (end < 0) return this.#default
      name = name.slice(0, end)
    }
  }
}

/** `API_Gateway::auth` and `api-gateway.auth` are one name: people write both, and a section that never matches is silent. */
function comparable(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/[:/.]+/g, '.')
}

function createRoute(section: LoggingSection, fallback: LoggingSection, sinks: RouteSinks): LogRoute {
  const console = { sink: sinks.console, threshold: thresholdOf(section.consoleLevel) }
  const file = fileTarget(section, fallback, sinks)
  const targets = [console, ...(file ? [file] : [])].filter(({ threshold }) => threshold > NOTHING)
  return { targets, threshold: Math.max(NOTHING, ...targets.map(({ threshold }) => threshold)) }
}

/** A section without a file of its own shares the file, and its level, of `default`, unless it turns files off. */
function fileTarget(section: LoggingSection, fallback: LoggingSection, sinks: RouteSinks): LogTarget | undefined {
  if (section.fileLevel === 'off') return undefined
  const owner = section.file === undefined ? fallback : section
  if (owner.file === undefined || owner.fileLevel === 'off') return undefined
  return { sink: sinks.file(owner.file, owner), threshold: thresholdOf(owner.fileLevel) }
}
