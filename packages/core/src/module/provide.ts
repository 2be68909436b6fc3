import type { Constructor } from './module-class.js'
import type { Injected, Provider, Resolve, Token } from './provider.js'

/** How a value of type `T` comes to be: exactly one of four. */
export type ProviderRecipe<T> =
  | { readonly useClass: Constructor<T> }
  | { readonly useValue: T }
  | {
      /** Called once, when the value is first asked for; `get` gives what else it is made of. */
      readonly useFactory: (get: Resolve) => T
    }
  | { readonly useExisting: Token<T> }

/**
 * A provider whose value is type-checked against its token, which the plain form `{ provide, … }` is not.
 *
 * ```ts
 * providers: [provide(Mailer, { useClass: SmtpMailer }), provide(zone, { useFactory: (get) => get(Settings).zone })]
 * ```
 */
export function provide<K extends Token>(token: K, recipe: ProviderRecipe<Injected<NoInfer<K>>>): Provider {
  // The pair was checked here; the list that it goes into holds pairs of many types.
  return Object.freeze({ provide: token, ...recipe }) as Provider
}
