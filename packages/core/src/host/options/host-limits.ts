import { HostError, isHostError } from '../../errors/host-error.js'
import { parseDuration, type Duration } from '../../time/duration.js'
import { CHILDREN_GRACE_MS } from '../../out-of-process/child-grace.js'
import { checkHostOptions, illegal } from './check-host-options.js'
import type { HostOptions } from './host-options.js'

/** The durations of the options in milliseconds, defaults filled in. */
export interface HostLimits {
  readonly startDeadlineMs: number
  readonly shutdownDeadlineMs: number
  readonly watchdogMs: number
  /** `undefined` when the event loop is not watched. */
  readonly blockedLoopMs: number | undefined
  readonly lameDuckMs: number
  readonly drainMs: number
  /** How long a shutdown may take in all, where somebody else ends the process then. */
  readonly endsWithinMs?: number
}

/** A healthy process is silent for tens of milliseconds now and then: a shorter limit would kill it. */
const SHORTEST_BLOCKED_LOOP_MS = 100

/**
 * Checks all options and reads their durations.
 *
 * @throws HostError `HOST_OPTION_INVALID` or `DURATION_INVALID`; `HOST_OPTIONS_INVALID` with all of them where there are several
 */
export function parseHostLimits(options: HostOptions): HostLimits {
  const problems = [...checkHostOptions(options)]
  const { blockedLoop } = options
  const drain: HostOptions['drain'] = Object(options.drain ?? {}) as object
  const read = (value: Duration | undefined, where: string, fallback: Duration): number =>
    readDuration(value ?? fallback, where, problems)
  const limits: HostLimits = {
    startDeadlineMs: read(options.startDeadline, 'startDeadline', '60s'),
    shutdownDeadlineMs: read(options.shutdownDeadline, 'shutdownDeadline', '35s'),
    watchdogMs: read(options.watchdog, 'watchdog', '15s'),
    blockedLoopMs: blockedLoop === undefined ? undefined : readBlockedLoop(blockedLoop, problems),
    lameDuckMs: read(drain.lameDuck, 'drain.lameDuck', 0),
    drainMs: read(drain.timeout, 'drain.timeout', '10s'),
  }
  const [first, second] = problems
  if (first) throw second ? new HostError('HOST_OPTIONS_INVALID', { problems }) : first
  return limits
}

/** What a child's host leaves it of its grace: closing the databases and ending the process take their part of it. */
const CHILD_ENDS_WITHIN_MS = CHILDREN_GRACE_MS - 500
/** How long calls in flight may keep a child: its module has to stop after them. */
const CHILD_DRAIN_MS = 1_500

/**
 * The limits of a child: its host ends it by force when its grace is over, and what has not stopped by then is lost. Nobody looks
 * for it through a load balancer, which is what a lame duck waits for.
 */
export function limitsOfChild(limits: HostLimits): HostLimits {
  const drainMs = Math.min(limits.drainMs, CHILD_DRAIN_MS)
  return { ...limits, lameDuckMs: 0, drainMs, endsWithinMs: CHILD_ENDS_WITHIN_MS }
}

function readBlockedLoop(value: Duration, problems: HostError[]): number {
  const limitMs = readDuration(value, 'blockedLoop', problems)
  if (limitMs < SHORTEST_BLOCKED_LOOP_MS)
    problems.push(
      illegal('blockedLoop', `below ${String(SHORTEST_BLOCKED_LOOP_MS)} ms it would kill healthy processes`),
    )
  return limitMs
}

/** The duration; `NaN`, and a problem more, where it is none. */
function readDuration(value: Duration, where: string, problems: HostError[]): number {
  try {
    return parseDuration(value, where)
  } catch (error) {
    if (!isHostError(error)) throw error
    problems.push(error)
    return Number.NaN
  }
}
