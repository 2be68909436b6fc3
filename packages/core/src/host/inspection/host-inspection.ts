import type { Capability } from '../../capabilities/capability.js'
import type { ConfigDump } from '../../config/dump/dump-config.js'
import type { HostErrorJson } from '../../errors/error-json.js'
import type { Placement } from '../../registry/module-registry.js'
import type { AuthDecision, HttpMethod } from '../../rest/operation.js'

/** What is known of a host that was not started, as plain data. */
export interface HostInspection {
  /** What would keep the host from starting, all of it. */
  readonly problems: readonly InspectedProblem[]
  /** What the host would warn of at its start, and start all the same. */
  readonly warnings: readonly InspectedProblem[]
  /** What could not be found out, because the code that would tell needs hooks that only a start calls. */
  readonly doubts: readonly InspectedProblem[]
  /** In topological order; empty where the registry is wrong. */
  readonly modules: readonly InspectedModule[]
  /** In the order of their declaration. */
  readonly routes: readonly InspectedRoute[]
  /** The stacks of the modules' declarations by their names, also where the registry is wrong. */
  readonly declarations: Readonly<Record<string, string>>
  /** Every value of the configuration and where it comes from, secrets hidden; `undefined` where it could not be read. */
  readonly config: ConfigDump | undefined
}

/** One thing that is wrong, and what is known of where. */
export interface InspectedProblem {
  readonly error: HostErrorJson
  /** The module that is to blame. */
  readonly module?: string | undefined
  /** The operation that is to blame. */
  readonly route?: string | undefined
  /** The stack of the innermost error: where it was thrown. */
  readonly stack?: string | undefined
}

/** One module of a host that was not started. */
export interface InspectedModule {
  readonly name: string
  /** The names of the modules that go before it; optional ones that are absent are left out. */
  readonly deps: readonly string[]
  readonly optionalDeps: readonly string[]
  readonly capabilities: readonly Capability[]
  readonly placement: Placement
  readonly optional: boolean
  /** The names of the clients that it provides. */
  readonly provides: readonly string[]
}

/** One operation or mount. */
export interface InspectedRoute {
  readonly module: string
  /** `mount` for what Express serves under the path. */
  readonly method: HttpMethod | 'mount'
  readonly path: string
  readonly operationId?: string | undefined
  readonly summary?: string | undefined
  /** `undefined` for a mount, which decides by itself, and for an operation that is not complete. */
  readonly auth?: AuthDecision | undefined
  readonly deprecated: boolean
  /** The stack of its declaration. */
  readonly declaredAt?: string | undefined
}

/** What is to be done to one module's database, and what is in the way. */
export interface PendingMigrations {
  readonly module: string
  /** Without a database nothing is migrated. */
  readonly configured: boolean
  /** All names, in their order. */
  readonly migrations: readonly string[]
  /** Those that `migrate` would apply; `undefined` where the database manager cannot say. */
  readonly pending: readonly string[] | undefined
  /** Those that have been changed since they were applied. */
  readonly edited: readonly string[]
  /** Those that were applied and that the program does not have. */
  readonly unknown: readonly string[]
  /** What keeps `migrate` from applying anything. */
  readonly problems: readonly HostErrorJson[]
}
