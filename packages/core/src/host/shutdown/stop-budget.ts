import { GRACE_MS } from '../../time/deadline.js'

/** What every module that still has to stop is left with at least. */
const ROOM_PER_MODULE_MS = 250
/** What is kept free before the watchdog strikes, so that the last deadline does not race with it. */
const STRIKE_MARGIN_MS = 250

export interface StopSituation {
  /** Each module's own deadline, as configured. */
  readonly configuredMs: number
  /** What is left until the watchdog strikes; `undefined` without one. */
  readonly remainingMs: number | undefined
  /** How many modules stop after this one. */
  readonly modulesLeft: number
}

/** The time that one module's stop is given. */
export interface StopBudget {
  readonly deadlineMs: number
  /** How long the module has after its deadline before it is left behind. */
  readonly graceMs: number
}

/**
 * The time of one module's stop. Under a watchdog it is cut so that deadlines speak before the watchdog does: room is kept
 * for the module's second of grace and for those after it, but never more than half of what is left.
 */
export function stopBudget({ configuredMs, remainingMs, modulesLeft }: StopSituation): StopBudget {
  if (remainingMs === undefined) return { deadlineMs: configuredMs, graceMs: GRACE_MS }
  const left = Math.max(0, remainingMs - STRIKE_MARGIN_MS)
  const room = ROOM_PER_MODULE_MS * modulesLeft
  const deadlineMs = Math.floor(Math.min(configuredMs, left - Math.min(GRACE_MS + room, left / 2)))
  const after = left - deadlineMs
  return { deadlineMs, graceMs: Math.floor(Math.min(GRACE_MS, Math.max(after - room, after / 2))) }
}
