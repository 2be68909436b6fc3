import type { ErrorText } from './error-text.js'

/** One code of the catalogue: how its details become a message and a hint. */
export interface CatalogueEntry<D> {
  describe(details: D): ErrorText
}

/** @param hint what to do next; starts with a verb */
export function entry<D>(message: (details: D) => string, hint: (details: D) => string): CatalogueEntry<D> {
  return { describe: (details) => ({ message: message(details), hint: hint(details).trim() }) }
}

/** How many names a message lists before it only counts the rest. */
const MAX_LISTED = 12

export function inScope(scope: string | undefined): string {
  return scope === undefined ? '' : ` in scope "${scope}"`
}

export function list(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, MAX_LISTED).map((name) => `"${name}"`)
  return shown.join(', ') + (names.length > MAX_LISTED ? ` and ${String(names.length - MAX_LISTED)} more` : '')
}

export const path = (names: readonly string[]): string => names.join(' -> ')

export interface OfModule {
  readonly module: string
}

/** Words that come from elsewhere, as part of a sentence of ours. */
export function withoutStop(words: readonly string[]): string {
  return words.join(' ').replace(/\.$/, '')
}
