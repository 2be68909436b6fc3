import { didYouMean } from '../nearest.js'
import { type CatalogueEntry, entry, list, type OfModule } from './entry.js'

/** What is wrong with a module as it is declared. */
export const moduleErrors = {
  MODULE_NAME_INVALID: entry<{ name: string; reason: string; suggestion?: string }>(
    (d) => `The module name "${d.name}" is not legal: ${d.reason}.`,
    (d) => (d.suggestion ? `Write "${d.suggestion}" instead.` : 'Write a kebab-case name such as "user-profile".'),
  ),
  MODULE_OPTION_INVALID: entry<{ module: string; option: string; reason: string; suggestions: readonly string[] }>(
    (d) => `The option "${d.option}" of module "${d.module}" is not legal: ${d.reason}.`,
    (d) => didYouMean(d.suggestions) || 'Correct the argument of @Module or defineModule.',
  ),
  CAPABILITY_UNKNOWN: entry<{
    module: string
    capability: string
    suggestions: readonly string[]
    known: readonly string[]
  }>(
    (d) => `Module "${d.module}" declares the capability "${d.capability}", which does not exist.`,
    (d) => `${didYouMean(d.suggestions)} Choose from ${list(d.known)}.`,
  ),
  CAPABILITY_DUPLICATE: entry<{ module: string; capability: string }>(
    (d) => `Module "${d.module}" declares the capability "${d.capability}" twice.`,
    () => 'Remove one of the two.',
  ),
  DEPENDENCY_UNDEFINED: entry<{ module: string; index: number }>(
    (d) => `Entry ${String(d.index)} of the deps of module "${d.module}" is undefined.`,
    () =>
      'Name the dependency by its string: the class was not yet defined when the decorator ran, which is what an import cycle or a barrel file does.',
  ),
  LIFECYCLE_REQUIRES_STATEFUL: entry<OfModule>(
    (d) => `Module "${d.module}" has a lifecycle but not the capability "stateful", so its entry would never run.`,
    () => 'Add "stateful" to its capabilities, or remove the lifecycle.',
  ),
  DURATION_INVALID: entry<{ where: string; value: string }>(
    (d) => `"${d.value}" is not a duration (${d.where}).`,
    () => 'Write an integer with a unit, such as "500ms", "45s", "2m" or "1h", or a number of milliseconds.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
