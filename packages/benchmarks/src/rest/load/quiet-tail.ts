import { percentile } from '../../measuring/percentile.js'

/**
 * One stall of the machine is the whole tail of the window that it falls into, and a virtual machine's host takes each core away
 * for milliseconds, several times a second. Short windows confine that. Each still has the hundreds of answers that make a 99th
 * percentile, and one or more of the server's own collections of garbage.
 */
const WINDOW_MS = 100

/** Of the windows' tails, the one that so many per cent do not exceed: what the server does in windows that had no stall. */
const QUIET_PERCENT = 25

/**
 * The 99th percentile in windows without a stall.
 *
 * @param latencies in milliseconds, in the order in which the requests were due
 */
export function quietTail(latencies: Float64Array, perSecond: number): number {
  const size = Math.max(1, Math.round((perSecond * WINDOW_MS) / 1_000))
  const tails: number[] = []
  // What is left at the end is no whole window, unless it is all there is.
  for (let at = 0; at === 0 || at + size <= latencies.length; at += size)
    tails.push(percentile(latencies.subarray(at, at + size), 99))
  return percentile(tails, QUIET_PERCENT)
}
