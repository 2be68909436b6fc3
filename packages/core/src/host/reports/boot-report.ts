import type { Degradation, HostState } from '../../context/host-status.js'
import type { HostErrorJson } from '../../errors/error-json.js'
import type { PhaseName } from '../../phases/phase.js'

/** How one visit of a phase to a module ended. */
export type VisitOutcome = 'ok' | 'failed' | 'abandoned' | 'cancelled'

/** One hook of one module that a phase has called. */
export interface VisitReport {
  readonly module: string
  /** Tells several visits of one phase to a module apart. */
  readonly step?: string
  readonly durationMs: number
  readonly outcome: VisitOutcome
  /** Why it did not succeed. */
  readonly error?: string
}

/** One phase that took place; its visits in the order in which they began. */
export interface PhaseReport {
  readonly phase: PhaseName
  readonly durationMs: number
  readonly outcome: 'ok' | 'failed'
  /** In the order of the visits. */
  readonly modules: readonly VisitReport[]
}

/** What a host's start did, as plain data. */
export interface BootReport {
  readonly state: HostState
  /** Milliseconds since the epoch; `undefined` before the start. */
  readonly startedAt: number | undefined
  /** From the call of `start` to its end, or until now. */
  readonly durationMs: number
  readonly phases: readonly PhaseReport[]
  readonly degradations: readonly Degradation[]
  /** The chain of dependencies whose hooks took longest, dependencies first: where making one faster would help most. */
  readonly criticalPath: readonly { readonly module: string; readonly durationMs: number }[]
  /** Why the start failed. */
  readonly error?: HostErrorJson
}
