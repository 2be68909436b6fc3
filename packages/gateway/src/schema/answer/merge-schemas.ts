import type { JsonSchemaObject } from '../json-schema.js'
import { isSchemaObject } from '../schema-object.js'

/** What two schemas declare of one value: the properties of both, and each way of combining their choices. */
export function mergeSchemas(one: JsonSchemaObject, other: JsonSchemaObject): JsonSchemaObject {
  const merged: Record<string, unknown> = { ...one }
  for (const [keyword, value] of Object.entries(other)) {
    const known = merged[keyword]
    merged[keyword] = known === undefined ? value : mergeKeyword(keyword, known, value)
  }
  return merged
}

function mergeKeyword(keyword: string, one: unknown, other: unknown): unknown {
  const merge = MERGES[keyword]
  return merge ? merge(one, other) : other
}

const MERGES: Readonly<Record<string, (one: unknown, other: unknown) => unknown>> = {
  properties: mergeMaps,
  patternProperties: mergeMaps,
  required: (one, other) => [...new Set([...(one as string[]), ...(other as string[])])],
  allOf: (one, other) => [...(one as unknown[]), ...(other as unknown[])],
  anyOf: combinations,
  oneOf: combinations,
  // Closed to what only the other one declares, neither would say anything.
  additionalProperties: (one, other) => (isSchemaObject(other) || other === true ? other : one),
}

function mergeMaps(one: unknown, other: unknown): unknown {
  const merged: Record<string, unknown> = { ...(one as object) }
  for (const [name, schema] of Object.entries(other as object) as [string, unknown][])
    merged[name] = name in merged ? { allOf: [merged[name], schema] } : schema
  return merged
}

function combinations(one: unknown, other: unknown): unknown {
  return (one as unknown[]).flatMap((first) => (other as unknown[]).map((second) => ({ allOf: [first, second] })))
}
