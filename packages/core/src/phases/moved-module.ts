import type { ModuleBackend } from '../out-of-process/backend.js'

/** A module that the configuration puts into a process of its own. */
export interface MovedModule {
  readonly name: string
  readonly backend: ModuleBackend
  readonly binary: string
  readonly args: readonly string[]
  /** Configured variables, without those of the contract. */
  readonly environment: Readonly<Record<string, string>>
  readonly workingDirectory: string | undefined
  /** What the child is told of its configuration, as JSON. */
  readonly renderedConfig: string
  /** Environment variables of the host that the child must not see. */
  readonly withheldEnv: readonly string[]
}
