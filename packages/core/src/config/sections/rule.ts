import type { TextReading } from './text-readings.js'
import { kebabCase, snakeCase } from '../tree/name-matching.js'

/** What the core demands of a place in the configuration. */
export type Rule =
  | { readonly kind: 'text' }
  | { readonly kind: 'number'; readonly min: number }
  | { readonly kind: 'boolean' }
  /** Milliseconds, or text such as `45s`. */
  | { readonly kind: 'duration' }
  /** One of a few words, in either case of letters. */
  | { readonly kind: 'choice'; readonly words: readonly string[] }
  | { readonly kind: 'list'; readonly item: Rule }
  | SectionRule
  /** A map whose keys are names that the user chooses; `kebab` where they are module names. */
  | { readonly kind: 'named'; readonly each: Rule; readonly spelling?: 'kebab' }
  /** A scalar that another package checks; only a text of the environment is read as what it declares. */
  | { readonly kind: 'reading'; readonly read: TextReading }
  | { readonly kind: 'anything' }

export interface SectionRule {
  readonly kind: 'section'
  readonly keys: Readonly<Record<string, Rule>>
  readonly required?: readonly string[]
  /** The key that a scalar in the place of the section is the value of. */
  readonly shorthand?: string
  /** Whether keys that are not listed pass, because another package checks them. */
  readonly open?: true
}

/** The rule for the value under a key, as far as there is one. */
export function ruleBelow(rule: Rule | undefined, key: string): Rule | undefined {
  if (rule?.kind === 'named') return rule.each
  return rule?.kind === 'section' && Object.hasOwn(rule.keys, key) ? rule.keys[key] : undefined
}

/** How a part of a variable's name is most likely written as a key at this place. */
export function spellGuess(rule: Rule | undefined, segment: string): string {
  return rule?.kind === 'named' && rule.spelling === 'kebab' ? kebabCase(segment) : snakeCase(segment)
}
