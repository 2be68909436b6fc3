import type { DatabaseManager } from '../capabilities/database.js'
import type { ClientRegistration } from '../module/client-key.js'
import type { ConfigProvider } from '../config/module-settings.js'
import type { Logger } from '../context/logger.js'
import { HostError, isHostError } from '../errors/host-error.js'
import type { ModuleClass } from '../module/module-options.js'
import type { ModuleBackend } from '../out-of-process/backend.js'
import type { Clock } from '../time/clock.js'
import { parseDuration, type Duration } from '../time/duration.js'
import { checkHostOptions, illegal } from './check-host-options.js'

/** What `createHost` takes. Every duration is a text such as `'45s'` or a number of milliseconds. */
export interface HostOptions {
  /** The modules of the host. */
  readonly modules?: readonly ModuleClass[]
  /**
   * Globs, relative to the current directory, whose exported modules join in. With neither `modules` nor `scan`, every
   * `*.module.EXT` beside the script of this process and below, EXT being its own extension; without a script, `*.module.js`
   * in the current directory and below.
   */
  readonly scan?: string | readonly string[]
  /** The path of a YAML file (relative to the current directory), a tree, or an object that knows each module's section. */
  readonly config?: string | object | ConfigProvider
  /** What ends `run()`. `start()` honours a signal or promise too; a promise that rejects counts as well. Default `'signals'`. */
  readonly shutdown?: 'signals' | AbortSignal | Promise<unknown>
  /** For every hook of phases 1 to 8. Default `'60s'`. */
  readonly startDeadline?: Duration
  /** For the stop of each module, whatever the others took. Default `'35s'`. */
  readonly shutdownDeadline?: Duration
  /** Under `run()`, for all module stops together: then the process ends with exit code 1. Default `'15s'`. */
  readonly watchdog?: Duration
  /** Under `run()`: a process whose event loop is silent for this long is killed. At least 100 ms. Default off. */
  readonly blockedLoop?: Duration
  /** How requests in flight are finished at shutdown. */
  readonly drain?: {
    /** How long readiness is already false while requests are still accepted. Default 0. */
    readonly lameDuck?: Duration
    /** How long the gateway, and then the hub, may take to finish what is in flight. Default `'10s'`. */
    readonly timeout?: Duration
  }
  /** Default: the manager of `@modkit/db` when a database is configured. */
  readonly database?: 'none' | DatabaseManager
  /** Clients that are in the hub before any phase; made with `clientRegistration`. */
  readonly clients?: readonly ClientRegistration[]
  /** The id of this process. Default a new UUID. */
  readonly instanceId?: string
  /** Where moved modules can run. Default child processes of this one. */
  readonly backends?: readonly ModuleBackend[]
  /** What the child of a moved module runs. Default the entry script. */
  readonly entry?: string
  /** Default: one made from the `logging` section of the configuration. */
  readonly logger?: Logger
  readonly clock?: Clock
}

/** The durations of the options in milliseconds, defaults filled in. */
export interface HostLimits {
  readonly startDeadlineMs: number
  readonly shutdownDeadlineMs: number
  readonly watchdogMs: number
  /** `undefined` when the event loop is not watched. */
  readonly blockedLoopMs: number | undefined
  readonly lameDuckMs: number
  readonly drainMs: number
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
