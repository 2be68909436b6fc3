import fastJsonStringify from 'fast-json-stringify'
import type { JsonSchemaObject } from '../json-schema.js'
import { open } from './open-schema.js'
import { referencesIn, withReferences } from '../schema-references.js'

/** Where a schema leaves the choice, Ajv makes it, and would tell stderr of what it finds unusual in the schema. */
const AJV_OPTIONS = { strict: false } as const

/**
 * Compiles what fast-json-stringify can serialise by itself. The schema is opened, as its choice among alternatives would
 * fail for an undeclared field instead of leaving it out.
 */
export function compileFast(schema: JsonSchemaObject): (value: unknown) => string {
  return compile(open(schema))
}

/** The same for a part of a schema, whose references lead elsewhere in that schema. */
export function compileFastPart(part: JsonSchemaObject, root: JsonSchemaObject): (value: unknown) => string {
  if (referencesIn(part).length === 0) return compileFast(part)
  const key = rootKey(root)
  const absolute = withReferences(part, (reference) => (reference.startsWith('#') ? key + reference : reference))
  return compile(open(absolute as JsonSchemaObject), { [key]: open(root) })
}

/** What the parts of a schema call it as a whole. */
export function rootKey({ $id }: JsonSchemaObject): string {
  return typeof $id === 'string' ? $id : 'root'
}

function compile(
  schema: JsonSchemaObject,
  schemas: Readonly<Record<string, JsonSchemaObject>> = {},
): (value: unknown) => string {
  // Its own type knows fewer keywords than it serves.
  const known = { ...schemas } as unknown as Record<string, fastJsonStringify.Schema>
  return fastJsonStringify(schema as unknown as fastJsonStringify.Schema, { ajv: AJV_OPTIONS, schema: known })
}
