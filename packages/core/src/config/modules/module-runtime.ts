import type { RestartPolicy } from '../../out-of-process/supervisor/restart-policy.js'

/** Where a module runs: in this process, or out of process (`oop`) in one of its own. */
export type ModuleRuntime = { readonly type: 'local' } | MovedModuleRuntime

export interface MovedModuleRuntime {
  readonly type: 'oop'
  /** The kind of backend that spawns it. Default: the host's first. */
  readonly backend?: string
  /** How many processes run the module. Default 1. */
  readonly instances: number
  /** What happens when one of them ends by itself. Default: it is started again after a failure. */
  readonly restart: RestartPolicy
  /** A foreign program; without it the child is this same program. */
  readonly execution?: ModuleExecution
}

/** The program that a moved module is. */
export interface ModuleExecution {
  /** Absolute, or a bare name that is looked up in `PATH`. */
  readonly executablePath: string
  readonly args: readonly string[]
  /** Absolute. Default: the host's own. */
  readonly workingDirectory?: string
  readonly environment: Readonly<Record<string, string>>
}
