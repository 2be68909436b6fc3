import { didYouMean } from '../nearest.js'
import { type CatalogueEntry, type OfModule, entry, list, path } from './entry.js'

/** What keeps objects from being built. */
export const buildingErrors = {
  PROVIDER_INVALID: entry<{ module: string; provider: string; reason: string }>(
    (d) => `The provider ${d.provider} of module "${d.module}" is not legal: ${d.reason}.`,
    () => 'List a class, or { provide, useClass | useValue | useFactory | useExisting }.',
  ),
  PROVIDER_NOT_FOUND: entry<
    OfModule & {
      token: string
      path: readonly string[]
      suggestions: readonly string[]
      /** The modules that have it, each for itself alone. */
      owners?: readonly string[]
    }
  >(
    (d) => `Module "${d.module}" has no provider for ${d.token} (asked for by ${path(d.path)}).`,
    (d) =>
      d.owners && d.owners.length > 0
        ? `Register a client for it in module ${list(d.owners)}, which has ${d.token} for itself alone, and get that client ` +
          `from inject(ModuleCtx).clients here.`
        : `${didYouMean(d.suggestions)} Add ${d.token} to the providers of "${d.module}".`,
  ),
  PROVIDER_MUST_BE_SYNC: entry<{ module: string; token: string }>(
    (d) => `The factory of ${d.token} in module "${d.module}" returned a promise; providers are built synchronously.`,
    () => "Return an object that connects later, and await it in the module's init() or start().",
  ),
  INJECTION_CYCLE: entry<{ module: string; path: readonly string[] }>(
    (d) => `The providers of module "${d.module}" need each other in a circle: ${path(d.path)}.`,
    () => 'Break the circle: move what both need into a third provider, or pass it as an argument of a method.',
  ),
  TOKEN_INVALID: entry<{ by: string; token: string }>(
    (d) =>
      `${d.by} was given ${d.token}, which is no token` +
      (d.token === 'undefined'
        ? ': what it names was not yet defined when it was read, which is what an import cycle or a barrel file does.'
        : '.'),
    (d) =>
      d.token === 'undefined'
        ? 'Break the circle: import the class from its own file, or name the value by an injectionToken() in a file of its own.'
        : 'Give a class, an injection token, a symbol, or a text that is not empty.',
  ),
  INJECT_OUTSIDE_CONSTRUCTION: entry<{ token: string }>(
    (d) => `inject(${d.token}) was called while no provider or module was being constructed.`,
    () =>
      'Call inject() in a field initialiser or a constructor of a class that the host builds; keep the result for later.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
