import type { JsonSchemaObject } from '../json-schema.js'

const known = new WeakMap<JsonSchemaObject, boolean>()

/** Whether some object in it may have no more properties than are declared. */
export function isClosed(schema: JsonSchemaObject): boolean {
  const isKnown = known.get(schema)
  if (isKnown !== undefined) return isKnown
  const closed = hasClosedPart(schema)
  known.set(schema, closed)
  return closed
}

function hasClosedPart(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, item]) =>
    key === 'additionalProperties' && item === false ? true : hasClosedPart(item),
  )
}
