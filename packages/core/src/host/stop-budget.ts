import { GRACE_MS } from '../time/deadline.js'

/** What every module that still has to stop is left with at least. */
const ROOM_PER_MODULE_MS = 250

export interface StopBudget {
  /** Each module's own deadline, as configured. */
  readonly configuredMs: number
  /** What is left until the watchdog strikes; `undefined` without one. */
  readonly remainingMs: number | undefined
  /** How many modules stop after this one. */
  readonly modulesLeft: number
}

/**
 * The deadline of one module's stop. It is cut so that the deadline speaks before the watchdog does: room is kept for the
 * module's second of grace and for those after it, but never more than half of what is left.
 */
export function effectiveDeadline({ configuredMs, remainingMs, modulesLeft }: StopBudget): number {
  if (remainingMs === undefined) return configuredMs
  const left = Math.max(0, remainingMs)
  const reserve = Math.min(GRACE_MS + ROOM_PER_MODULE_MS * modulesLeft, left / 2)
  return Math.min(configuredMs, left - reserve)
}
