import type { HostError } from '../host-error.js'
import { didYouMean } from '../nearest.js'
import { type CatalogueEntry, entry, list } from './entry.js'

/** Configuration that cannot be read, or does not say what it must. */
export const configurationErrors = {
  CONFIG_INVALID: entry<{ problems: readonly HostError[] }>(
    (d) =>
      `The configuration has ${String(d.problems.length)} problem${d.problems.length === 1 ? '' : 's'}.\n` +
      d.problems.map((problem) => `  - ${problem.message} ${problem.hint ?? ''}`).join('\n'),
    () => 'Correct all of them; they were found in one pass.',
  ),
  CONFIG_VALUE_INVALID: entry<{
    path: string
    reason: string
    origin: string
    suggestions: readonly string[]
    /** The modules that there are, where none has this name. */ modules?: readonly string[]
    /** What to do, where there is something better to say than to correct the value. */ remedy?: string
  }>(
    (d) => `${d.path ? `"${d.path}"` : 'The configuration'} ${d.reason} (${d.origin}).`,
    (d) =>
      d.modules === undefined
        ? didYouMean(d.suggestions) || (d.remedy ?? 'Correct the value where it is set.')
        : `${didYouMean(d.suggestions)} Correct the name, remove the section, or add the module to the host, which has ${list(d.modules)}.`.trimStart(),
  ),
  CONFIG_FILE_NOT_FOUND: entry<{ file: string }>(
    (d) => `The configuration file does not exist: ${d.file}.`,
    () => 'Correct the path; a relative one starts at the current directory.',
  ),
  MODULE_CONFIG_INVALID: entry<{
    module: string
    problem: 'structure' | 'schema'
    issues: readonly { path: string; message: string; origin: string }[]
  }>(
    (d) =>
      d.problem === 'structure'
        ? `The configuration of module "${d.module}" must be an object (${d.issues.map(({ origin }) => origin).join(', ')}).`
        : `The configuration of module "${d.module}" does not fit its schema: ` +
          d.issues.map(({ path, message, origin }) => `${path ? `${path}: ` : ''}${message} (${origin})`).join('; '),
    (d) => `Correct modules.${d.module}.config.`,
  ),
  MODULE_CONFIG_MISSING: entry<{ module: string; missing: 'module' | 'config' }>(
    (d) =>
      d.missing === 'module'
        ? `The configuration has no section for module "${d.module}".`
        : `The section of module "${d.module}" in the configuration has no "config".`,
    (d) => `Write modules.${d.module}.config.`,
  ),
  SCHEMA_MUST_BE_SYNC: entry<{ where: string }>(
    (d) => `The schema of ${d.where} validates asynchronously.`,
    () => 'Use a schema without asynchronous checks.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
