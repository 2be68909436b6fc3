import { HostError } from '../errors/host-error.js'

/** Milliseconds, or text such as `'500ms'`, `'45s'`, `'2m'`, `'1h'`. */
export type Duration = number | string

const MILLISECONDS_PER_UNIT = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

const DURATION = /^(\d+)(ms|s|m|h)$/

/**
 * The milliseconds of a duration: an integer followed by `ms`, `s`, `m` or `h`, or a bare number of milliseconds.
 *
 * @param where names the setting for the error, for example `'shutdownDeadline'`
 * @throws HostError `DURATION_INVALID` for anything else: fractions with a unit, spaces, combinations, negative or infinite numbers
 */
export function parseDuration(value: unknown, where: string): number {
  const milliseconds = millisecondsOf(value)
  if (milliseconds === undefined) throw new HostError('DURATION_INVALID', { where, value: String(value) })
  return milliseconds
}

/** Whether {@link parseDuration} takes the value. */
export function isDuration(value: unknown): value is Duration {
  return millisecondsOf(value) !== undefined
}

function millisecondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined
  const match = typeof value === 'string' ? DURATION.exec(value) : null
  const milliseconds = match ? Number(match[1]) * MILLISECONDS_PER_UNIT[match[2] as 'ms' | 's' | 'm' | 'h'] : NaN
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined
}

/** A duration as a person reads it: `850 ms`, `1.2 s`, `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return `${milliseconds.toFixed(2)} ms`
  if (milliseconds < 1_000) return `${String(Math.round(milliseconds))} ms`
  if (milliseconds < 60_000) return `${String(Math.round(milliseconds / 100) / 10)} s`
  const seconds = Math.round(milliseconds / 1_000)
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`
}
