import type { Clock, ClockTimer } from '@modkit/core'
import type { StatementControl } from '../database-engine.js'

/** How much longer than its own limit a server may take to say that a statement has reached it, in milliseconds. */
const ANSWER_MS = 5_000

/** What the watch remembers on a connection: how many statements it has had. */
export interface WatchedConnection {
  __modkitStatements?: number
}

export interface SilenceWatchOptions {
  readonly clock: Clock
  /** After how long the server ends a statement; 0 for never, and then nothing is watched. */
  readonly statementTimeoutMs: number
  readonly control: Pick<StatementControl, 'isBusy' | 'abandon'>
}

/**
 * Closes connections whose server says nothing any more: it ends each statement by itself, so one that runs for longer means that
 * server or network have gone, which no socket tells. One timer for all, so that a statement costs a count.
 */
export class SilenceWatch {
  readonly #clock: Clock
  readonly #limitMs: number
  readonly #control: SilenceWatchOptions['control']
  readonly #inUse = new Set<WatchedConnection>()
  #timer: ClockTimer | undefined
  #isClosed = false

  constructor({ clock, statementTimeoutMs, control }: SilenceWatchOptions) {
    this.#clock = clock
    this.#limitMs = statementTimeoutMs === 0 ? 0 : statementTimeoutMs + ANSWER_MS
    this.#control = control
  }

  /** Before each statement. */
  begins(connection: WatchedConnection): void {
    if (this.#limitMs === 0) return
    connection.__modkitStatements = (connection.__modkitStatements ?? 0) + 1
    this.#inUse.add(connection)
    if (this.#timer === undefined) this.#watch()
  }

  /** Before rows are streamed: how fast, their reader decides. */
  leaves(connection: WatchedConnection): void {
    this.#inUse.delete(connection)
  }

  /** Nothing runs any more. */
  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#inUse.clear()
  }

  #watch(): void {
    if (this.#isClosed) return
    const before = new Map([...this.#inUse].map((connection) => [connection, connection.__modkitStatements]))
    this.#timer = this.#clock.after(this.#limitMs, () => this.#look(before), { keepAlive: false })
  }

  #look(before: ReadonlyMap<WatchedConnection, number | undefined>): void {
    for (const connection of this.#inUse) {
      if (!this.#control.isBusy(connection)) this.#inUse.delete(connection)
      else if (before.get(connection) === connection.__modkitStatements) {
        this.#inUse.delete(connection)
        this.#control.abandon(connection)
      }
    }
    this.#timer = undefined
    if (this.#inUse.size > 0) this.#watch()
  }
}
