/** Lets timers, I/O and process signals that are due have their turn. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    // Where the caller was itself woken by I/O, the first comes before the loop looks for I/O and signals; the second after.
    setImmediate(() => setImmediate(resolve))
  })
}

/** How often the held event loop wakes for nothing: as seldom as a timer can. */
const HOLD_MS = 2 ** 31 - 1

/** Keeps the process alive until the returned function is called. */
export function holdEventLoop(): () => void {
  // eslint-disable-next-line no-restricted-globals -- nothing is timed here: an interval is what a process is held by
  const hold = setInterval(() => undefined, HOLD_MS)
  return () => {
    clearInterval(hold)
  }
}
