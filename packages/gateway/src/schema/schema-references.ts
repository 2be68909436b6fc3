import { unescapeStep } from './json-pointer.js'

/** What a reference within one JSON Schema leads to. */
export interface ReferenceTarget {
  /** The name of a definition; {@link ROOT} for the schema as a whole. */
  readonly definition: string
  /** The rest of the way, from there on: empty, or a JSON pointer. */
  readonly tail: string
}

/** Stands for the schema as a whole, which no definition can be called. */
export const ROOT = '#'

const LOCAL = /^#(?:\/(?:\$defs|definitions)\/([^/]+)|)((?:\/.*)?)$/

/** `undefined` for a reference that leads out of the schema. */
export function targetOf(reference: string): ReferenceTarget | undefined {
  const match = LOCAL.exec(reference)
  if (match === null) return undefined
  const [, definition, tail = ''] = match
  return { definition: definition === undefined ? ROOT : unescapeStep(definition), tail }
}

/** A copy with every reference said anew. */
export function withReferences(value: unknown, rename: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, rename))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    key === '$ref' && typeof item === 'string' ? rename(item) : withReferences(item, rename),
  ])
  return Object.fromEntries(entries)
}

/** Every reference, as often as it stands there. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    key === '$ref' && typeof item === 'string' ? [item] : referencesIn(item),
  )
}
