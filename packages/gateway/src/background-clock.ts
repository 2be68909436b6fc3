import type { Clock } from '@modkit/core'

/**
 * The same clock with timers that do not hold the process: whoever waits for an answer holds it by a socket, and once the
 * socket is gone nobody waits.
 */
export function backgroundClock(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs, callback) => clock.after(delayMs, callback, { keepAlive: false }),
  }
}
