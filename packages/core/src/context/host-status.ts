import type { ModuleHealth } from '../capabilities/core-module.js'

export type HostState = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed'

/** An optional module that failed, or a background task that ended with an error. */
export interface Degradation {
  readonly module: string
  /** What happened, for operators. */
  readonly reason: string
}

/** How one module answered when it was asked for its health. */
export interface NamedModuleHealth extends ModuleHealth {
  readonly module: string
}

/** The host's life as others may watch it. */
export interface HostStatus {
  readonly state: HostState
  /** Whether requests should be sent here: the host is running, and shutdown has not begun. */
  readonly ready: boolean
  /** Whether the host has come to run. Stays true while it shuts down: what still comes in then is answered. */
  readonly hasRun: boolean
  readonly degradations: readonly Degradation[]
  /** Resolves when the host has come to run; never, where it does not come to that. */
  whenRunning(): Promise<void>
  /** Asks every module that has a `health()` hook, and tells of those in other processes. Never rejects; a hook that throws, or outlives `signal`, counts as down. */
  health(signal: AbortSignal): Promise<readonly NamedModuleHealth[]>
}
