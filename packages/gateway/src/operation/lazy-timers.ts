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
 * Each rings in the asynchronous context in which it was set, although they come out of the loop together: a request must
 * not be given up on behalf of another one's caller.
 */
export class LazyTimers {
  readonly #clock: Clock
  #unset: LazyTimer[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  after(delayMs: number, what: Ringable): LazyTimer {
    const timer = new LazyTimer(this.#clock.monotonic() + delayMs, what)
    if (this.#unset.length === 0) setImmediate(this.#set)
    this.#unset.push(timer)
    return timer
  }

  readonly #set = (): void => {
    const unset = this.#unset
    this.#unset = []
    for (const timer of unset) timer.set(this.#clock)
  }
}

/** Also brings back, for whoever needs it, the asynchronous context in which it was set. */
export class LazyTimer extends AsyncResource implements ClockTimer {
  readonly #dueMs: number
  readonly #what: Ringable
  #isCancelled = false
  #timer: ClockTimer | undefined

  constructor(dueMs: number, what: Ringable) {
    super('ModKitTimer')
    this.#dueMs = dueMs
    this.#what = what
  }

  set(clock: Clock): void {
    if (this.#isCancelled) return
    const leftMs = this.#dueMs - clock.monotonic()
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
