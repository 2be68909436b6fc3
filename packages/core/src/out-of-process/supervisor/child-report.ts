import type { ModuleHealth } from '../../capabilities/core-module.js'
import type { BackendKind } from '../backend.js'
import type { ChildStep } from './child-readiness.js'

/** `waiting`: between two instances. `quarantined`: given up, because it kept failing. `exited`: ended, and not started again. */
export type ChildState = 'spawning' | ChildStep | 'exited' | 'waiting' | 'quarantined'

/** A state that an instance came into. */
export interface ChildStateChange {
  readonly state: Exclude<ChildState, 'waiting' | 'quarantined'>
  /** In milliseconds since the epoch. */
  readonly at: number
}

/** One instance of a child, from its spawn to its end. Times are milliseconds since the epoch. */
export interface ChildInstanceReport {
  readonly instanceId: string
  readonly pid?: number
  readonly spawnedAt: number
  /** When it was ready for the first time. */
  readonly readyAt?: number
  readonly endedAt?: number
  /** How it ended: `exit code 3`, `signal SIGKILL`, or why it never ran; of a ModKit child that did not start, why. */
  readonly end?: string
  /** How its module says that it is, where it does; a few seconds old at most. */
  readonly health?: ModuleHealth
  /** What it went through so far, the newest state at the end; of one that keeps changing the oldest are forgotten. */
  readonly states: readonly ChildStateChange[]
}

/** One of the processes that a moved module runs in, as plain data. */
export interface ChildReport {
  readonly module: string
  /** From 1 up to the configured number of instances. */
  readonly index: number
  readonly backend: BackendKind
  readonly state: ChildState
  /** Why it is not running, or what ended the instance before. */
  readonly reason?: string
  /** How often it was started again. */
  readonly restarts: number
  /** Of the process that runs, in bytes, where the platform says. */
  readonly memory?: { readonly bytes: number; readonly peakBytes: number }
  /** The instance that runs. */
  readonly instance?: ChildInstanceReport
  /** The instances before, the newest at the end; the oldest are forgotten. */
  readonly history: readonly ChildInstanceReport[]
}
