import 'reflect-metadata'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Capability } from '../capabilities/capability.js'
import type { ClientKey } from '../client-hub/client-key.js'
import type { ModuleClass } from './module-options.js'
import type { Provider } from './provider.js'

/** A module that must go before another one. */
export interface Dependency {
  /** The name, or the class that bears it. */
  readonly target: string | ModuleClass
  readonly optional: boolean
}

/** The parsed lifecycle of a module with a background task. */
export interface LifecycleDefinition {
  readonly entry: string
  readonly stopTimeoutMs: number
  readonly awaitReady: boolean
}

/** What `@Module` says, checked and frozen. */
export interface ModuleDefinition {
  readonly name: string
  readonly deps: readonly Dependency[]
  readonly capabilities: readonly Capability[]
  readonly provides: readonly ClientKey<unknown>[]
  readonly config: StandardSchemaV1 | undefined
  readonly providers: readonly Provider[]
  readonly lifecycle: LifecycleDefinition | undefined
  readonly optional: boolean
}

/** Shared by every copy of this package in the process. */
const DEFINITION = Symbol.for('modkit:module-definition')

/** The definition of a module class; `undefined` for any other value. Not inherited: a subclass needs its own. */
export function moduleDefinition(value: unknown): ModuleDefinition | undefined {
  // What is stored under our key was written by storeDefinition, of this or another copy.
  return typeof value === 'function'
    ? (Reflect.getOwnMetadata(DEFINITION, value) as ModuleDefinition | undefined)
    : undefined
}

export function storeDefinition(target: ModuleClass, definition: ModuleDefinition): void {
  Reflect.defineMetadata(DEFINITION, definition, target)
}
