import type { Readable } from 'node:stream'
import type { Logger } from '../context/logger.js'
import type { Clock } from '../time/clock.js'
import { settleWithin } from '../time/deadline.js'
import type { InstanceHandle } from './backend.js'
import { levelOfLine } from './line-level.js'
import { LineSplitter, type Line } from './line-splitter.js'

/** The longest line that is forwarded whole, in bytes. */
export const MAX_LINE_BYTES = 64 * 1024

export interface LogForwarderOptions {
  readonly name: 'stdout' | 'stderr'
  readonly handle: Pick<InstanceHandle, 'module' | 'instanceId'>
  readonly logger: Logger
  readonly clock: Clock
  /** Longer lines are cut and marked with the field `truncated`. Default {@link MAX_LINE_BYTES}. */
  readonly maxLineBytes?: number
}

export interface DrainLimits {
  /** How long the stream may be silent. */
  readonly idleMs: number
  /** How long the wait may last in all, even when the stream never falls silent. */
  readonly limitMs: number
}

/**
 * Turns the lines of one output stream of a child into lines of our log: the line as the message, at the level that it
 * names. Reads until the stream ends, whatever bytes come, so that a child never finds its pipe full or closed
 * because of us.
 */
export class LogForwarder {
  readonly #stream: Readable
  readonly #options: LogForwarderOptions
  readonly #lines: LineSplitter
  readonly #ended: Promise<void>
  #hasEnded = false
  #lastDataAt = -Infinity

  constructor(stream: Readable, options: LogForwarderOptions) {
    this.#stream = stream
    this.#options = options
    this.#lines = new LineSplitter(options.maxLineBytes ?? MAX_LINE_BYTES)
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#end()
        resolve()
      }
      stream.on('end', end).on('close', end)
    })
    stream.on('error', (error) => this.#warn('log forwarder stopped by a read error', { error }))
    stream.on('data', (chunk: Buffer) => this.#read(chunk))
  }

  /** Waits for the end of the stream, until it has been silent for too long; then says so with a warning. Never rejects. */
  async drain(limits: DrainLimits): Promise<void> {
    if (!(await this.#endsWithin(limits))) {
      this.#warn('log forwarder did not finish within drain timeout', { timeout_ms: limits.idleMs })
    }
  }

  /** Stops reading. What was read but is not a whole line yet is forwarded as it is. */
  close(): void {
    this.#stream.destroy()
    this.#end()
  }

  async #endsWithin({ idleMs, limitMs }: DrainLimits): Promise<boolean> {
    const { clock, name } = this.#options
    const begunAt = clock.monotonic()
    while (!this.#hasEnded) {
      const silentUntil = Math.max(begunAt, this.#lastDataAt) + idleMs
      const afterMs = Math.min(silentUntil, begunAt + limitMs) - clock.monotonic()
      if (afterMs <= 0) return false
      await settleWithin(this.#ended, { operation: `Reading ${name} to its end`, clock, afterMs })
      await pendingInput()
    }
    return true
  }

  #read(chunk: Buffer): void {
    this.#lastDataAt = this.#options.clock.monotonic()
    for (const line of this.#lines.push(chunk)) this.#forward(line)
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    for (const line of this.#lines.end()) this.#forward(line)
  }

  #forward({ text, truncated }: Line): void {
    const { handle, logger, name } = this.#options
    logger[levelOfLine(text)](text, {
      oop_module: handle.module,
      oop_instance_id: handle.instanceId,
      stream: name,
      ...(truncated && { truncated }),
    })
  }

  #warn(message: string, fields: Readonly<Record<string, unknown>>): void {
    const { handle, logger, name } = this.#options
    logger.warn(message, { module: handle.module, instance_id: handle.instanceId, stream: name, ...fields })
  }
}

/** Lets input that has already arrived be read: an event loop that was blocked fires its timers first. */
function pendingInput(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
