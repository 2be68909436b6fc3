import type { JsonSchemaObject } from './json-schema.js'

const ANYTHING: JsonSchemaObject = Object.freeze({})
const NOTHING: JsonSchemaObject = Object.freeze({ not: ANYTHING })

/** A schema as an object, which JSON Schema also writes as `true` for whatever is legal, and `false` where nothing is. */
export function schemaObject(schema: unknown): JsonSchemaObject {
  if (schema === false) return NOTHING
  return typeof schema === 'object' && schema !== null ? (schema as JsonSchemaObject) : ANYTHING
}

/** Whether it is a schema that says something: `true` and `false` are schemas too. */
export function isSchemaObject(value: unknown): value is JsonSchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The schemas of a keyword that has several of them; none where it is not there. */
export function schemaList(schemas: unknown): readonly JsonSchemaObject[] {
  return Array.isArray(schemas) ? schemas.map(schemaObject) : []
}

/** Whether a schema says in one word that nothing is legal. */
export function allowsNothing({ not }: JsonSchemaObject): boolean {
  return not === true || (typeof not === 'object' && not !== null && Object.keys(not).length === 0)
}
