import type { JsonSchemaObject } from '../json-schema.js'

/** The schema without `additionalProperties: false`: what goes out may have more, which is left out of the answer. */
export function open(schema: JsonSchemaObject): JsonSchemaObject {
  return openValue(schema) as JsonSchemaObject
}

function openValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(openValue)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key, item]) => key !== 'additionalProperties' || item !== false)
  return Object.fromEntries(entries.map(([key, item]) => [key, openValue(item)]))
}
