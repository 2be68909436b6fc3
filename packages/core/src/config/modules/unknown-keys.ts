import type { StandardSchemaV1 } from '@standard-schema/spec'
import { didYouMean, nearest } from '../../errors/nearest.js'
import { issuePath } from './read-texts.js'
import { jsonSchemaOf, propertyNamesAt } from './schema-names.js'

/**
 * Zod tells of unknown keys at the object that has them, with their names beside the message. Here each becomes an issue at
 * its own place, which names the keys that the schema knows. Issues of other libraries stay as they are.
 */
export function spreadUnknownKeys(
  issues: readonly StandardSchemaV1.Issue[],
  schema: StandardSchemaV1,
): readonly StandardSchemaV1.Issue[] {
  if (!issues.some((issue) => unknownKeysOf(issue).length > 0)) return issues
  const json = jsonSchemaOf(schema)
  return issues.flatMap((issue) => {
    const keys = unknownKeysOf(issue)
    if (keys.length === 0) return [issue]
    const path = issuePath(issue)
    const known = json ? propertyNamesAt(json, path) : []
    return keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }))
  })
}

function unknownKeysOf(issue: StandardSchemaV1.Issue): readonly string[] {
  const { code, keys } = issue as { readonly code?: unknown; readonly keys?: unknown }
  return code === 'unrecognized_keys' && Array.isArray(keys) ? keys.map(String) : []
}

function unknownKey(key: string, known: readonly string[]): string {
  if (known.length === 0) return 'is not a known key'
  return `is not a known key; known are ${known.join(', ')}. ${didYouMean(nearest(key, known))}`.trimEnd()
}
