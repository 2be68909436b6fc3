import path from 'node:path'
import type { Writable } from 'node:stream'
import type { Clock } from '../time/clock.js'
import { ConsoleSink } from './console-sink.js'
import { FileSink } from './file-sink.js'
import { formatJson } from './json-format.js'
import { NOTHING, thresholdOf } from './levels.js'
import { droppedNotice, HOST_MODULE, type LineFormat } from './log-record.js'
import type { LogSink } from './log-sink.js'
import type { LoggingSection } from './logging-config.js'
import type { RouteSinks } from './routes.js'
import { formatText } from './text-format.js'

const BYTES_PER_MEBIBYTE = 1_048_576

export interface SinkEnvironment {
  readonly homeDir: string
  readonly clock: Clock
  readonly stream: Writable
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The console and every file that the configuration names, each once. */
export class ConfiguredSinks implements RouteSinks {
  readonly console: LogSink
  readonly #section: LoggingSection
  readonly #environment: SinkEnvironment
  readonly #files = new Map<string, LogSink>()

  /** @param section the section `default`, which governs the console of all */
  constructor(section: LoggingSection, environment: SinkEnvironment) {
    this.#section = section
    this.#environment = environment
    const format = consoleFormat(section, environment)
    this.console = new ConsoleSink(environment.stream, { format, clock: environment.clock })
  }

  /** Sections that name the same file share its sink; the limits are those of the first. */
  file(name: string, section: LoggingSection): LogSink {
    const file = path.resolve(this.#environment.homeDir, name)
    const sink = this.#files.get(file) ?? this.#createFileSink(file, section)
    this.#files.set(file, sink)
    return sink
  }

  get droppedLines(): number {
    return this.#all().reduce((sum, sink) => sum + sink.droppedLines, 0)
  }

  async settled(): Promise<void> {
    // A file that fails says so on the console, which therefore comes last.
    await Promise.all([...this.#files.values()].map((sink) => sink.settled()))
    this.#reportDrops()
    await this.console.settled()
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map((sink) => sink.close()))
  }

  #all(): readonly LogSink[] {
    return [...this.#files.values(), this.console]
  }

  #createFileSink(file: string, section: LoggingSection): LogSink {
    const { maxSizeMb, maxBackups, maxAgeDays } = section
    return new FileSink(file, {
      limits: { maxBytes: maxSizeMb * BYTES_PER_MEBIBYTE, maxBackups, maxAgeDays },
      clock: this.#environment.clock,
      onFailure: (error) => this.#reportFailure(file, error),
    })
  }

  /** Of a file that cannot be written: how many lines that has cost so far. */
  #reportDrops(): void {
    for (const [file, sink] of this.#files) {
      const count = sink.takeUnsaidDrops()
      if (count > 0 && this.#consoleIsOn) this.console.accept(droppedNotice(count, this.#environment.clock.now(), file))
    }
  }

  get #consoleIsOn(): boolean {
    return thresholdOf(this.#section.consoleLevel) !== NOTHING
  }

  #reportFailure(file: string, error: Error): void {
    if (!this.#consoleIsOn) return
    this.console.accept({
      time: this.#environment.clock.now(),
      level: 'error',
      module: HOST_MODULE,
      message: 'A log file cannot be written; its lines are dropped from now on',
      fields: { file, reason: error.message },
    })
  }
}

function consoleFormat(section: LoggingSection, environment: SinkEnvironment): LineFormat {
  if (section.consoleFormat === 'json') return formatJson
  const colours = wantsColours(environment)
  return (record) => formatText(record, { colours })
}

/** https://no-color.org: any text but an empty one means no. */
function wantsColours({ stream, env }: SinkEnvironment): boolean {
  const isTerminal = (stream as { readonly isTTY?: boolean }).isTTY === true
  return isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}
