import type { Clock, ClockTimer } from './clock.js'

interface PendingTimer {
  readonly dueAt: number
  readonly sequence: number
  readonly callback: () => void
}

/** A clock that stands still until a test moves it. Timers fire in the order in which they are due. */
export class FakeClock implements Clock {
  #elapsedMs = 0
  #sequence = 0
  readonly #startedAt: number
  readonly #pending = new Set<PendingTimer>()

  /** @param startedAt what `now()` says at first, in milliseconds since the epoch; default the start of the year 2026. */
  constructor(startedAt: number = Date.UTC(2026, 0, 1)) {
    this.#startedAt = startedAt
  }

  now(): number {
    return this.#startedAt + this.#elapsedMs
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  after(delayMs: number, callback: () => void): ClockTimer {
    const timer = { dueAt: this.#elapsedMs + Math.max(0, delayMs), sequence: this.#sequence++, callback }
    this.#pending.add(timer)
    return { cancel: () => void this.#pending.delete(timer) }
  }

  /** How many timers wait to fire: zero once everything that was set has fired or was cancelled. */
  get pendingTimers(): number {
    return this.#pending.size
  }

  /** Move time by `ms` milliseconds, firing what falls due on the way and letting pending promises settle after each. */
  async advance(ms: number): Promise<void> {
    const target = this.#elapsedMs + ms
    await settle()
    for (let next = this.#nextDue(target); next !== undefined; next = this.#nextDue(target)) {
      this.#pending.delete(next)
      this.#elapsedMs = next.dueAt
      next.callback()
      await settle()
    }
    this.#elapsedMs = target
    await settle()
  }

  #nextDue(target: number): PendingTimer | undefined {
    const due = [...this.#pending].filter((timer) => timer.dueAt <= target)
    return due.sort((a, b) => a.dueAt - b.dueAt || a.sequence - b.sequence)[0]
  }
}

/** Let promise reactions and I/O callbacks that are ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
