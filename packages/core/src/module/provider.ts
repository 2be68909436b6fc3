import type { Constructor } from './module-class.js'

/** Under this key a class of the runtime bears the name by which every copy of the package knows it. */
export const WELL_KNOWN_TOKEN = Symbol.for('modkit:well-known-token')

declare const tokenType: unique symbol

/** A name for a value that has no class of its own; carries the value's type. Made by `injectionToken`. */
export interface InjectionToken<T> {
  readonly name: string
  /** Tells tokens of one name apart. */
  readonly id: symbol
  /** Exists for the compiler only. */
  readonly [tokenType]?: () => T
}

/** A token for values without a class: `const zone = injectionToken<string>('zone')`. Each call makes a new token. */
export function injectionToken<T>(name: string): InjectionToken<T> {
  return Object.freeze({ name, id: Symbol(name) })
}

/** What `inject` takes. A text or symbol says nothing of the type; prefer {@link injectionToken}. */
export type Token<T = unknown> = Constructor<T> | InjectionToken<T> | string | symbol

/** The type behind a token. */
export type Injected<K> = K extends Constructor<infer T> ? T : K extends InjectionToken<infer T> ? T : unknown

/** Asks the container of the module; what a factory is given. */
export type Resolve = <K extends Token>(token: K) => Injected<K>

/** Gives an instance of a class, constructed when it is first asked for. */
export interface ClassProvider {
  readonly provide: Token
  readonly useClass: Constructor
}

/** Gives a value that is there; whoever made it disposes of it. */
export interface ValueProvider {
  readonly provide: Token
  readonly useValue: unknown
}

/** Gives what a function makes, called when it is first asked for. */
export interface FactoryProvider {
  readonly provide: Token
  /**
   * Builds the value, synchronously. Called at most once. What it builds belongs to the module and is disposed with it;
   * what it only got from `get` and returns again is not.
   */
  readonly useFactory: (get: Resolve) => unknown
}

/** A second name for what the container has under another token. */
export interface ExistingProvider {
  readonly provide: Token
  readonly useExisting: Token
}

/** Something a module's container can build. A class alone provides itself. */
export type Provider = Constructor | ClassProvider | ValueProvider | FactoryProvider | ExistingProvider
