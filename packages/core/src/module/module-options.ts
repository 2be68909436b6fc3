import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Capability, CapabilityContracts } from '../capabilities/capability.js'
import type { CoreModule } from '../capabilities/core-module.js'
import type { ClientKey } from './client-key.js'
import type { Constructor, ModuleClass } from './module-class.js'
import type { Provider } from './provider.js'

/** For a `stateful` module with a background task instead of `start` and `stop`. */
export interface LifecycleOptions<E extends string = string> {
  /** The method that runs the task: `entry(signal, ready)`. Default `'serve'`. */
  readonly entry?: E
  /** How long the task may take to end after its signal aborted. Default `'30s'`. */
  readonly stopTimeout?: number | string
  /** Whether the module counts as started only once the task has called `ready()`. Default false. */
  readonly awaitReady?: boolean
}

/** The method that a lifecycle entry names. */
export type LifecycleEntry = (signal: AbortSignal, ready: () => void) => Promise<unknown>

type EntryName<L> = L extends { readonly entry: infer E extends string } ? E : 'serve'

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void
  ? I
  : never

type ContractOf<C extends Capability, L> = {
  [K in C]: K extends 'stateful'
    ? [L] extends [undefined]
      ? CapabilityContracts['stateful']
      : { [N in EntryName<L>]: LifecycleEntry }
    : CapabilityContracts[K]
}[C]

/** What a class must implement to bear these capabilities. */
export type Implements<C extends Capability, L> = CoreModule &
  ([C] extends [never] ? object : object & UnionToIntersection<ContractOf<C, L>>)

/** The hooks that answer at once, by the capability that calls them. */
interface SynchronousHooks {
  db: 'migrations'
  rest: 'registerRest'
  rest_host: 'restPrepare' | 'restApi' | 'restFinalize'
  grpc_hub: 'boundEndpoint'
  system: 'preInit'
}

/** What a compile error names where a hook is `async` that the host does not wait for. */
export interface HookMustBeSynchronous<Hook extends string> {
  readonly hookMustBeSynchronous: Hook
}

/** What a compile error names where a module has a `lifecycle` and not the capability `stateful`. */
export interface LifecycleNeedsCapabilityStateful {
  readonly lifecycleNeedsCapabilityStateful: never
}

type IsAny<T> = 0 extends 1 & T ? true : false

type AsynchronousHooks<I, Hook> = {
  [H in Hook & keyof I]: NonNullable<I[H]> extends (...args: never[]) => infer R
    ? IsAny<R> extends true
      ? never
      : [Extract<R, PromiseLike<unknown>>] extends [never]
        ? never
        : H
    : never
}[Hook & keyof I]

/**
 * What a module class must be beyond {@link Implements}: a method that returns nothing may by the compiler's rules return
 * a promise, so its result is looked at here.
 */
export type WithSynchronousHooks<T, C extends Capability> =
  T extends Constructor<infer I>
    ? [AsynchronousHooks<I, SynchronousHooks[C & keyof SynchronousHooks]>] extends [infer H]
      ? [H] extends [never]
        ? unknown
        : HookMustBeSynchronous<H & string>
      : never
    : never

/** The compiler does not look for keys that do not exist where a type is inferred, so they are refused here. */
type CheckedLifecycle<C extends Capability, L> = [L] extends [undefined]
  ? unknown
  : 'stateful' extends C
    ? LifecycleOptions & { readonly [K in Exclude<keyof NonNullable<L>, keyof LifecycleOptions>]: never }
    : LifecycleNeedsCapabilityStateful

/** The argument of `@Module`. */
export interface ModuleOptions<C extends Capability = Capability, L = LifecycleOptions | undefined> {
  /** Unique in the host; kebab-case. */
  readonly name: string
  /** Modules that go before this one in every phase: names, or classes of the same file or package; `'name?'` is optional. */
  readonly deps?: readonly (string | ModuleClass)[]
  /** What the module can do. Each demands its methods, at compile time and when the registry is built. */
  readonly capabilities?: readonly C[]
  /** Client keys that `init` registers; checked after `init`. */
  // A key of every type may stand here, and a key is invariant in it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly provides?: readonly ClientKey<any>[]
  /** The schema of `modules.<name>.config`, validated before any phase. */
  readonly config?: StandardSchemaV1
  /** What the module's own container can build. */
  readonly providers?: readonly Provider[]
  /** Only with `stateful`: the module is a background task. */
  readonly lifecycle?: L & CheckedLifecycle<C, L>
  /** Whether the host goes on, degraded, when this module fails. Default false. */
  readonly optional?: boolean
}
