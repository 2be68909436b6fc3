import type { JsonSchemaObject } from './json-schema.js'
import { unescapeStep } from './json-pointer.js'
import { schemaObject } from './schema-object.js'

const POINTER = /^#(?:\/|$)/
const DEFINITION = /^#\/(\$defs|definitions)\/(.+)$/

/**
 * What a schema refers to within the document that it stands in: one step, which may lead to a schema that refers on.
 * `undefined` where it refers to nothing that is there.
 */
export function referenced({ $ref }: JsonSchemaObject, root: JsonSchemaObject): JsonSchemaObject | undefined {
  if (typeof $ref !== 'string' || !POINTER.test($ref)) return undefined
  const steps = $ref.split('/').slice(1).map(unescapeStep)
  const target = steps.reduce<unknown>(member, root) ?? definitionAsWritten($ref, root)
  return target === undefined ? undefined : schemaObject(target)
}

/** Some libraries write the names of definitions as they are, with slashes and all. */
function definitionAsWritten(reference: string, root: JsonSchemaObject): unknown {
  const [, place = '', name = ''] = DEFINITION.exec(reference) ?? []
  return member(root[place], name)
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
