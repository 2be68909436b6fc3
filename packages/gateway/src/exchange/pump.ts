import type { Outlet } from './outlet.js'
import { discardSource, OpenSource, type Source } from './source.js'

/** How chunks of an answer become bytes, and what happens before the first. */
export interface PumpOptions<T> {
  readonly encode: (chunk: T) => string | Uint8Array
  /** Called before the first byte, or at the end of a source without any. */
  readonly begin: () => void
}

/**
 * Writes everything that `source` yields, no faster than the client takes it. Resolves when the source has ended or the
 * answer is over; then a source that goes on is ended, once. Rejects with what the source or `encode` throws.
 */
export async function pump<T>(source: Source<T>, outlet: Outlet, { encode, begin }: PumpOptions<T>): Promise<void> {
  if (outlet.isOver) {
    discardSource(source)
    return
  }
  const open = new OpenSource(source)
  let begun = false
  try {
    for (;;) {
      const next = await outlet.orEarlier(() => open.next())
      if (next === undefined || next.done === true) break
      const bytes = encode(next.value)
      if (!begun) begin()
      begun = true
      outlet.write(bytes)
      await outlet.room()
    }
    if (!begun && !outlet.isClosed) begin()
  } catch (error) {
    // Whoever hears of it cuts the connection; what has been written leaves at the end of the turn.
    await new Promise((resolve) => setImmediate(resolve))
    throw error
  } finally {
    open.end()
    outlet.forget()
  }
}
