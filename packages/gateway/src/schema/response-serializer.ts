import fastJsonStringify from 'fast-json-stringify'
import type { JsonSchemaObject } from './json-schema.js'

/** Makes the JSON text of an answer. */
export type ResponseSerializer = (value: unknown) => string

/**
 * Compiles the serializer of one response. What the schema does not declare is left out of the text; what has no JSON form
 * makes it throw.
 */
export function compileSerializer(schema: JsonSchemaObject): ResponseSerializer {
  // Its own type knows fewer keywords than it serves.
  const stringify = fastJsonStringify(open(schema) as unknown as fastJsonStringify.Schema)
  return (value) => {
    const json = stringify(value)
    // Where a schema says nothing, it writes this word for a function or a symbol, and the text is no JSON.
    if (json.includes('undefined')) JSON.parse(json)
    return json
  }
}

/**
 * The schema without `additionalProperties: false`: with it, fast-json-stringify's choice among alternatives would fail
 * for an undeclared field instead of leaving it out.
 */
export function open(schema: JsonSchemaObject): JsonSchemaObject {
  return openValue(schema) as JsonSchemaObject
}

function openValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(openValue)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key, item]) => key !== 'additionalProperties' || item !== false)
  return Object.fromEntries(entries.map(([key, item]) => [key, openValue(item)]))
}
