import type { JsonSchemaObject } from './json-schema.js'

const DEFINITION = /^#\/(\$defs|definitions)\/(.+)$/

/** What a schema refers to in the document that it stands in; itself where it refers to nothing that is there. */
export function dereference(schema: JsonSchemaObject, root: JsonSchemaObject): JsonSchemaObject {
  const { $ref } = schema
  const [, place = '', name = ''] = DEFINITION.exec(typeof $ref === 'string' ? $ref : '') ?? []
  const definitions = root[place] as Record<string, JsonSchemaObject> | undefined
  return definitions?.[name] ?? schema
}
