/** A pending timer of a {@link Clock}. */
export interface ClockTimer {
  /** Forget the callback. Safe to call more than once and after the timer fired. */
  cancel(): void
}

/** What a timer does besides firing. */
export interface TimerOptions {
  /** Whether the timer keeps the process alive until it fires. Default true. */
  readonly keepAlive?: boolean
}

/**
 * What time it is, and the only way to wait.
 *
 * The runtime never reads the wall clock or sets a timer by itself: it asks its clock, so that a test can move time by hand.
 */
export interface Clock {
  /** Milliseconds since the epoch, for what people read. */
  now(): number
  /** Milliseconds that never run backwards, for measuring how long something took. */
  monotonic(): number
  /** Call `callback` once, after `delayMs` milliseconds. */
  after(delayMs: number, callback: () => void, options?: TimerOptions): ClockTimer
}

/** The longest delay that a timer of the platform holds; a longer one would fire at once. */
const MAX_TIMER_DELAY_MS = 2 ** 31 - 1

/** The real clock. The one place where the runtime touches the platform's timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback, options = {}) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), MAX_TIMER_DELAY_MS))
    if (options.keepAlive === false) timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
}
