import type { Readable } from 'node:stream'
import type { LogFields, Logger } from '../context/logger.js'
import { HOST_MODULE } from '../logging/log-record.js'
import type { Clock, ClockTimer } from '../time/clock.js'
import { settleWithin } from '../time/deadline.js'
import type { InstanceHandle } from './backend.js'
import { readChildLine } from './child-line.js'
import { LineSplitter, type Line } from './line-splitter.js'
import { OUTPUT_LIMITS, OutputAllowance, type OutputLimits } from './output-allowance.js'
import { OutputTail } from './output-tail.js'

/** The longest line that is forwarded whole, in bytes. */
export const MAX_LINE_BYTES = 64 * 1024

/** How soon after the first of them dropped lines are told of, all that have come together by then. */
const DROP_NOTICE_MS = 1_000

/** A process that has ended writes no more: what its pipe still holds has been read when so many looks found nothing. */
const QUIET_LOOKS = 3
const MAX_LOOKS = 100

export interface LogForwarderOptions {
  readonly name: 'stdout' | 'stderr'
  readonly handle: Pick<InstanceHandle, 'module' | 'instanceId'>
  readonly logger: Logger
  readonly clock: Clock
  /** Longer lines are cut and marked with the field `truncated`. Default {@link MAX_LINE_BYTES}. */
  readonly maxLineBytes?: number
  /** What is beyond is dropped and counted. Default {@link OUTPUT_LIMITS}. */
  readonly limits?: OutputLimits
}

export interface DrainLimits {
  /** How long the stream may be silent. */
  readonly idleMs: number
  /** How long the wait may last in all, even when the stream never falls silent. */
  readonly limitMs: number
}

/**
 * Turns the lines of one output stream of a child into lines of our log: a line that our own logger wrote as what it was
 * there, any other as its text, at the level that it names.
 *
 * Reads until the stream ends, whatever bytes come and however many, so that a child never finds its pipe full or closed
 * because of us: what is more than the limits allow is dropped, counted and told of.
 */
export class LogForwarder {
  readonly #stream: Readable
  readonly #options: LogForwarderOptions
  readonly #lines: LineSplitter
  readonly #allowance: OutputAllowance
  readonly #tail = new OutputTail()
  readonly #ended: Promise<void>
  #hasEnded = false
  #lastDataAt = -Infinity
  #chunkCount = 0
  #untoldDrops = 0
  #dropNotice: ClockTimer | undefined

  constructor(stream: Readable, options: LogForwarderOptions) {
    const { maxLineBytes = MAX_LINE_BYTES, limits = OUTPUT_LIMITS, clock } = options
    this.#stream = stream
    this.#options = options
    this.#allowance = new OutputAllowance(limits, clock)
    this.#lines = new LineSplitter({ maxBytes: maxLineBytes, admit: (bytes) => this.#admit(bytes) })
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

  /** The last lines that came, dropped ones too. */
  get lastLines(): readonly string[] {
    return this.#tail.lines()
  }

  /** Waits for the end of the stream, until it has been silent for too long; then says so with a warning. Never rejects. */
  async drain(limits: DrainLimits): Promise<void> {
    if (!(await this.#endsWithin(limits))) {
      this.#warn('log forwarder did not finish within drain timeout', { timeout_ms: limits.idleMs })
    }
  }

  /**
   * Waits until what a process that has ended left in the pipe is read, without waiting for the end of the stream, which
   * others may hold open.
   */
  async readPending(): Promise<void> {
    let seen = this.#chunkCount
    let quietLooks = 0
    for (let looks = 0; !this.#hasEnded && quietLooks < QUIET_LOOKS && looks < MAX_LOOKS; looks++) {
      await pendingInput()
      quietLooks = this.#chunkCount === seen ? quietLooks + 1 : 0
      seen = this.#chunkCount
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
    this.#chunkCount++
    this.#tail.push(chunk)
    this.#allowance.fill()
    for (const line of this.#lines.push(chunk)) this.#forward(line)
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    for (const line of this.#lines.end()) this.#forward(line)
    this.#tellDrops()
  }

  #admit(bytes: number): boolean {
    if (this.#allowance.take(bytes)) return true
    this.#untoldDrops++
    // It holds the process no longer than the child does.
    this.#dropNotice ??= this.#options.clock.after(DROP_NOTICE_MS, () => this.#tellDrops(), { keepAlive: false })
    return false
  }

  #tellDrops(): void {
    this.#dropNotice?.cancel()
    this.#dropNotice = undefined
    if (this.#untoldDrops === 0) return
    this.#warn('Lines of a child were dropped: it writes more than is forwarded', { dropped: this.#untoldDrops })
    this.#untoldDrops = 0
  }

  #forward({ text, truncated }: Line): void {
    const { handle, logger, name } = this.#options
    const { level, message, module, fields } = readChildLine(text)
    const origin = { oop_module: handle.module, oop_instance_id: handle.instanceId, stream: name }
    if (module === undefined) {
      logger[level](message, { ...origin, ...(truncated && { truncated }) })
      return
    }
    this.#loggerOf(module)[level](message, { ...fields, ...origin })
  }

  /** What a child's host says of itself would pass for our own words under the same name. */
  #loggerOf(module: string): Logger {
    const { handle, logger } = this.#options
    return logger.child(module === HOST_MODULE ? { module: handle.module, logger: module } : { module })
  }

  #warn(message: string, fields: LogFields): void {
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
