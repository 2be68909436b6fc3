import { AsyncResource } from 'node:async_hooks'
import type { Clock, ClockTimer } from '@modkit/core'

/** What a timer is for. One object is both the work and what rings, so that no function has to be made for each. */
export interface Ringable {
  ring(): void
}

/**
 * Timers for work that is most often done before the event loop has turned once: only what lasts longer gets one of the
 * clock's. One that was due meanwhile rings when the loop turns.
 *
 * Each rings in the asynchronous context in which it was made, although they come out of the loop together: a request must
 * not be given up on behalf of another one's caller.
 */
export class LazyTimers {
  readonly #clock: Clock
  #unset: LazyTimer[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** One that has to be started yet. */
  idle(what: Ringable): LazyTimer {
    return new LazyTimer(what)
  }

  /** Does nothing to one that has been started before. */
  start(timer: LazyTimer, delayMs: number): void {
    if (!timer.isIdle) return
    timer.dueMs = this.#clock.monotonic() + delayMs
    if (this.#unset.length === 0) setImmediate(this.#set)
    this.#unset.push(timer)
  }

  readonly #set = (): void => {
    const unset = this.#unset
    this.#unset = []
    for (const timer of unset) timer.set(this.#clock)
  }
}

const NOT_STARTED = Number.POSITIVE_INFINITY

/** Also brings back, for whoever needs it, the asynchronous context in which it was made. */
export class LazyTimer extends AsyncResource implements ClockTimer {
  /** By the clock that never goes back. */
  dueMs = NOT_STARTED
  readonly #what: Ringable
  #isCancelled = false
  #timer: ClockTimer | undefined

  constructor(what: Ringable) {
    super('ModKitTimer')
    this.#what = what
  }

  get isIdle(): boolean {
    return this.dueMs === NOT_STARTED
  }

  set(clock: Clock): void {
    if (this.#isCancelled) return
    const leftMs = this.dueMs - clock.monotonic()
    if (leftMs > 0) this.#timer = clock.after(leftMs, () => this.#ring())
    else this.#ring()
  }

  #ring(): void {
    this.runInAsyncScope(() => this.#what.ring())
  }

  cancel(): void {
    this.#isCancelled = true
    this.#timer?.cancel()
  }
}
