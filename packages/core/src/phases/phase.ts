import type { DatabaseManager, MigrationResult } from '../capabilities/database.js'
import type { ServedClient } from '../context/grpc-installers.js'
import type { Logger } from '../context/logger.js'
import type { SystemContext } from '../context/system-context.js'
import type { MovedModule } from '../out-of-process/moved-module.js'
import type { Supervisor } from '../out-of-process/supervisor/supervisor.js'
import type { Clock } from '../time/clock.js'
import type { HostedModule } from './hosted-module.js'
import type { ModuleSet } from './module-set.js'

/** The steps of a host's start, in this order; `construct` precedes phase 1. */
export type PhaseName = 'construct' | 'pre_init' | 'db' | 'init' | 'post_init' | 'rest' | 'grpc' | 'start' | 'oop_spawn'

/** What phases work on, and where they leave what they find out. */
export interface PhaseHost {
  readonly modules: ModuleSet
  readonly moved: readonly MovedModule[]
  /** Looks after the processes of the moved modules; `undefined` where there are none. */
  readonly children: Supervisor | undefined
  readonly system: SystemContext
  /** `undefined` in a host without any database. */
  readonly databases: DatabaseManager | undefined
  /** The root signal. */
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly clock: Clock
  /** What the `db` phase did, module by module. */
  readonly migrations: MigrationResult[]
  /** Whether the host can do without this module. */
  isOptional(module: string): boolean
  /** Whether this optional module has failed, and why. */
  failureOf(module: string): unknown
  /** The clients of a module that processes of this same program call from elsewhere. */
  clientsToServe(module: HostedModule): readonly ServedClient[]
  /** Makes the clients that a module has registered such that they can be withdrawn; only an optional one's ever are. */
  offerClients(module: HostedModule): void
  /** Makes the clients of a module that failed unavailable, whatever it has registered since. */
  withdrawClients(module: string): void
  /** Remembers that a module runs, so that it will be stopped. */
  markStarted(module: HostedModule): void
}

/** One call of one hook of one module. */
export interface Visit {
  readonly module: string
  /** The hook, for messages. */
  readonly hook: string
  /** Tells several visits to a module in one phase apart. */
  readonly step?: string
  /** Whether the hook must not return a promise. */
  readonly sync?: boolean
  /** Whether the visit takes place although the module, an optional one, has failed before. */
  readonly evenIfFailed?: boolean
  /** @param withinMs the deadline of the visit, for hooks that would rather do less than be left behind */
  run(withinMs: number): unknown
  /** Called when the visit was not waited for any longer, while what it began may go on. */
  onAbandoned?(): void
}

/** A step of the host's life: who is visited, in which order, and what is done there. Everything else is the runner's. */
export interface Phase {
  readonly name: PhaseName
  /** As the log names it when it begins. */
  readonly title: string
  /** As the log names it when it is cancelled. */
  readonly label: string
  /** Whether the phase takes place at all. Default: it does. */
  isNeeded?(host: PhaseHost): boolean
  /** Whether only those who debug the host care that the phase runs. */
  readonly quiet?: boolean
  /** Whether an error surfaces as it was thrown, instead of as `PHASE_FAILED`. */
  readonly unwrapped?: boolean
  /** Generated while the phase runs, so that later visits see what earlier ones did. */
  visits(host: PhaseHost): Iterable<Visit>
}
