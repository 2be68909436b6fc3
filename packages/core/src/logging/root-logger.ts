import type { Writable } from 'node:stream'
import winston from 'winston'
import type { FlushableLogger, LogLevel } from '../context/logger.js'
import type { Clock } from '../time/clock.js'
import { settleWithin } from '../time/deadline.js'
import { ConfiguredSinks } from './configured-sinks.js'
import { writeLastLine } from './last-line.js'
import { verbosity } from './levels.js'
import { HOST_MODULE } from './log-record.js'
import type { LoggingConfig } from './logging-config.js'
import { ModuleLogger, type LogOutput } from './module-logger.js'
import { defaultSection, LogRoutes } from './routes.js'
import { SinkTransport } from './sink-transport.js'

/** How long a flush may take. */
const FLUSH_MS = 1_000

export interface RootLoggerOptions {
  /** Where relative log files are; created when the first line comes. */
  readonly homeDir: string
  readonly clock: Clock
  /** Where the console's lines go. Default `process.stderr`. */
  readonly stream?: Writable
  /** Asked for `NO_COLOR` and `TERM`. Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** The logger from which all others come: `child({ module: 'users' })` gives the one of a module. */
export interface RootLogger extends FlushableLogger {
  /** How many lines were dropped because a sink was full, broken or closed. */
  readonly droppedLines: number
  /** Whether a line of this level would be written anywhere. */
  isLevelEnabled(level: LogLevel): boolean
  /** Resolves when what was logged so far is written, at the latest after a second. Never rejects. */
  flush(): Promise<void>
  /** Writes a line to standard error synchronously, past every queue. Never throws. */
  writeLastLine(text: string): void
  /** Flushes, then lets go of files and of the stream; what is logged afterwards is dropped. Never rejects. */
  close(): Promise<void>
}

/**
 * A logger on winston that writes to the console and to the files of the configuration.
 *
 * This file loads winston, which takes longer than all the rest of the core: import it only where a logger is needed.
 */
export function createRootLogger(config: LoggingConfig, options: RootLoggerOptions): RootLogger {
  const section = defaultSection(config)
  const sinks = new ConfiguredSinks(section, { stream: process.stderr, env: process.env, ...options })
  const carrier = createCarrier()
  const output: LogOutput = {
    clock: options.clock,
    routes: new LogRoutes(config, sinks),
    write: (record) => void carrier.write(record),
  }
  return new ConfiguredRootLogger(output, sinks)
}

/** Winston as it is used here: it knows our levels, formats nothing, and hands each record over at once. */
function createCarrier(): winston.Logger {
  const asIs = winston.format((info) => info)
  return winston.createLogger({
    levels: verbosity,
    level: 'trace',
    format: asIs(),
    // The class is the same; winston's types import it in a way that gives it another identity.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    transports: new SinkTransport(),
  })
}

class ConfiguredRootLogger extends ModuleLogger implements RootLogger {
  readonly #sinks: ConfiguredSinks
  readonly #clock: Clock

  constructor(output: LogOutput, sinks: ConfiguredSinks) {
    super(output, output.routes.sourceOf(HOST_MODULE))
    this.#sinks = sinks
    this.#clock = output.clock
  }

  get droppedLines(): number {
    return this.#sinks.droppedLines
  }

  async flush(): Promise<void> {
    await this.#atMostOneSecond('Flushing the log', this.#sinks.settled())
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#atMostOneSecond('Closing the log', this.#sinks.close())
  }

  writeLastLine(text: string): void {
    writeLastLine(text)
  }

  /** However the wait ends, the process goes on to its end: nobody is left to be told. */
  async #atMostOneSecond(operation: string, work: Promise<void>): Promise<void> {
    await settleWithin(work, { operation, clock: this.#clock, afterMs: FLUSH_MS })
  }
}
