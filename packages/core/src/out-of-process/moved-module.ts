import type { ModuleBackend } from './backend.js'
import type { RestartPolicy } from './supervisor/restart-policy.js'

/** A module that the configuration puts into processes of its own. */
export interface MovedModule {
  readonly name: string
  readonly backend: ModuleBackend
  readonly binary: string
  readonly args: readonly string[]
  /** Configured variables, without those of the contract. */
  readonly environment: Readonly<Record<string, string>>
  readonly workingDirectory: string | undefined
  /** What a child is told of its configuration, as JSON. */
  readonly renderedConfig: string
  /** Environment variables of the host that a child must not see. */
  readonly withheldEnv: readonly string[]
  /** How many processes run it. */
  readonly instances: number
  readonly restart: RestartPolicy
  /** Whether a child says itself when it is ready, in the directory. Any other is ready once it is spawned. */
  readonly saysWhenReady: boolean
}
