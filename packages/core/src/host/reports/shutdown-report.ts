import type { HostErrorJson } from '../../errors/error-json.js'

/** The steps of a shutdown, in their order. */
export type ShutdownStepName = 'lame_duck' | 'gateway' | 'children' | 'hub' | 'modules' | 'databases'

/** `abandoned` is what did not end within its deadline. */
export type StopOutcome = 'done' | 'failed' | 'abandoned'

/** One step of the shutdown that took place; steps that had nothing to do are left out. */
export interface ShutdownStepReport {
  readonly step: ShutdownStepName
  readonly durationMs: number
  readonly outcome: StopOutcome
  readonly error?: string
}

/** How one module stopped. */
export interface ModuleStopReport {
  readonly module: string
  readonly durationMs: number
  /** The deadline that the module was given, which may be shorter than the configured one. */
  readonly deadlineMs: number
  readonly outcome: StopOutcome
  readonly error?: string
}

/** What a host's shutdown did, as plain data. */
export interface ShutdownReport {
  /** Why the host stopped, for people. */
  readonly reason: string
  readonly durationMs: number
  readonly steps: readonly ShutdownStepReport[]
  /** In the order in which they stopped: the exact reverse of their start. */
  readonly modules: readonly ModuleStopReport[]
  /** What did not end in time and may still go on, by name. */
  readonly leftBehind: readonly string[]
  /** The error of the start, when its failure was the reason. */
  readonly startError?: HostErrorJson
}

/** The report of a host that had nothing to stop. */
export function emptyShutdownReport(reason: string): ShutdownReport {
  return { reason, durationMs: 0, steps: [], modules: [], leftBehind: [] }
}
