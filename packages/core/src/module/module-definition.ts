import 'reflect-metadata'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Capability } from '../capabilities/capability.js'
import type { ClientKey } from './client-key.js'
import { thisCopy, type CoreCopy } from './core-copy.js'
import type { ModuleClass } from './module-class.js'
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
  /** Whether the stop timeout was written down, or is the default. */
  readonly stopTimeoutGiven: boolean
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

interface StoredDefinition {
  readonly definition: ModuleDefinition
  readonly writtenBy: CoreCopy
}

/** The definition of a module class; `undefined` for any other value. Not inherited: a subclass needs its own. */
export function moduleDefinition(value: unknown): ModuleDefinition | undefined {
  return stored(value)?.definition
}

/** Which copy of this package wrote the definition of a module class. */
export function definitionWriter(value: unknown): CoreCopy | undefined {
  return stored(value)?.writtenBy
}

/** What this copy has written. The metadata says the same, but is slower to ask, and a start asks for each several times. */
const written = new WeakMap<object, StoredDefinition>()

export function storeDefinition(target: ModuleClass, definition: ModuleDefinition): void {
  const entry: StoredDefinition = { definition, writtenBy: thisCopy }
  Reflect.defineMetadata(DEFINITION, entry, target)
  written.set(target, entry)
}

function stored(value: unknown): StoredDefinition | undefined {
  if (typeof value !== 'function') return undefined
  // What stands under our key was written by storeDefinition, of this or another copy.
  return written.get(value) ?? (Reflect.getOwnMetadata(DEFINITION, value) as StoredDefinition | undefined)
}
