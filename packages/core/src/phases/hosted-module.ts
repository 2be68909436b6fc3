import type { CoreModule } from '../capabilities/core-module.js'
import type { Database } from '../capabilities/database.js'
import type { DbModule } from '../capabilities/db-module.js'
import type { Capability } from '../capabilities/capability.js'
import type { GrpcHubModule } from '../capabilities/grpc-hub-module.js'
import type { GrpcModule } from '../capabilities/grpc-module.js'
import type { RestHostModule } from '../capabilities/rest-host-module.js'
import type { RestModule } from '../capabilities/rest-module.js'
import type { StatefulModule } from '../capabilities/stateful-module.js'
import type { SystemModule } from '../capabilities/system-module.js'
import type { ModuleContainer } from '../container/module-container.js'
import type { DatabaseSlot, ModuleCtx } from '../context/module-ctx.js'
import type { LifecycleRunner } from '../lifecycle/lifecycle-runner.js'
import type { ModuleDefinition } from '../module/module-definition.js'

/** Every hook that a module may have. Which ones it has to have, the registry has checked. */
export interface ModuleHooks
  extends
    CoreModule,
    SystemModule,
    Partial<DbModule>,
    Partial<RestModule>,
    Partial<RestHostModule>,
    Partial<GrpcModule>,
    Partial<GrpcHubModule>,
    Partial<StatefulModule> {}

/** A database slot that the `db` phase fills. */
export class SettlingDatabaseSlot implements DatabaseSlot {
  settled = false
  database: Database | undefined

  settle(database: Database | undefined): void {
    this.settled = true
    this.database = database
  }
}

/** What a stop resolves with when it gave up: what it should have stopped may still go on. */
export const LEFT_BEHIND = Symbol('left behind')

/** What a {@link HostedModule} is made of. */
export interface HostedModuleParts {
  readonly definition: ModuleDefinition
  readonly ctx: ModuleCtx
  readonly databaseSlot: SettlingDatabaseSlot
  readonly container: ModuleContainer
  /** Told of the instance; makes the runner of the background task of a module with a `lifecycle`. */
  readonly onConstructed: (instance: object) => LifecycleRunner | undefined
}

/** One module of this process, as the phases see it. */
export class HostedModule {
  readonly definition: ModuleDefinition
  readonly ctx: ModuleCtx
  readonly databaseSlot: SettlingDatabaseSlot
  readonly container: ModuleContainer
  #onConstructed: HostedModuleParts['onConstructed'] | undefined
  #instance: object | undefined
  #runner: LifecycleRunner | undefined

  constructor(parts: HostedModuleParts) {
    this.definition = parts.definition
    this.ctx = parts.ctx
    this.databaseSlot = parts.databaseSlot
    this.container = parts.container
    this.#onConstructed = parts.onConstructed
  }

  get name(): string {
    return this.definition.name
  }

  /** Builds the module in its container. Called once, before phase 1. */
  construct(): object {
    const instance = this.container.construct()
    this.#runner = this.#onConstructed?.(instance)
    this.#onConstructed = undefined
    this.#instance = instance
    return instance
  }

  get isConstructed(): boolean {
    return this.#instance !== undefined
  }

  get hooks(): ModuleHooks {
    // Before its construction, or when that failed, a module has no hooks.
    return this.#instance ?? {}
  }

  /** What runs the background task of a module with a `lifecycle`. */
  get runner(): LifecycleRunner | undefined {
    return this.#runner
  }

  has(capability: Capability): boolean {
    return this.definition.capabilities.includes(capability)
  }

  /** Starts the module, or its background task. */
  start(signal: AbortSignal): unknown {
    return this.#runner ? this.#runner.start(signal) : this.hooks.start?.(signal)
  }

  /** Stops the module, or its background task, which must have ended `withinMs`: else the result is {@link LEFT_BEHIND}. */
  stop(deadline: AbortSignal, withinMs: number): unknown {
    if (!this.#runner) return this.hooks.stop?.(deadline)
    return this.#runner.stop(deadline, { withinMs }).then((reason) => (reason === 'timeout' ? LEFT_BEHIND : undefined))
  }
}
