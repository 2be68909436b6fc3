import { readFileSync } from 'node:fs'

/** What Linux counts in, as it tells it to programs. */
const TICK_MS = 10

/** What a process that runs has computed since it began, in all of its threads, in milliseconds; `NaN` where there is no `/proc`. */
export function cpuMillisecondsOf(pid: number): number {
  try {
    // The name of the program comes second, in brackets, and may hold anything.
    const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${String(pid)}/stat`, 'utf8')) ?? []
    const [user = NaN, system = NaN] = fields.split(' ').slice(11, 13).map(Number)
    return (user + system) * TICK_MS
  } catch {
    return NaN
  }
}
