import { isClosed } from './closed-schema.js'
import { referenced } from '../dereference.js'
import type { JsonSchemaObject } from '../json-schema.js'
import { isSchemaObject } from '../schema-object.js'

const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const MAPS = ['properties', 'patternProperties']
const SINGLE = ['items', 'additionalProperties', 'then', 'else']
const SCALAR_TYPES = ['null', 'boolean', 'integer', 'number', 'string']

/**
 * Whether there is something in a schema, or in what it refers to, that fast-json-stringify would serialise by more or by
 * less than is declared: a tuple as draft 2020-12 says it, which it does not know, or a choice that depends on what its
 * alternatives forbid.
 */
export function needsComposing(schema: JsonSchemaObject, root: JsonSchemaObject): boolean {
  const seen = new Set<JsonSchemaObject>()
  const visit = (part: JsonSchemaObject): boolean => {
    if (seen.has(part)) return false
    seen.add(part)
    return 'prefixItems' in part || isTelling(part, root) || partsOf(part, root).some(visit)
  }
  return visit(schema)
}

/** The schemas by which a value, or something in it, is serialised. */
function partsOf(schema: JsonSchemaObject, root: JsonSchemaObject): JsonSchemaObject[] {
  return [
    ...LISTS.flatMap((keyword) => (schema[keyword] as unknown[] | undefined) ?? []),
    ...MAPS.flatMap((keyword) => Object.values((schema[keyword] as object | undefined) ?? {}) as unknown[]),
    ...SINGLE.map((keyword) => schema[keyword]),
    referenced(schema, root),
  ].filter(isSchemaObject)
}

/** Whether it leaves a choice in which it matters what is forbidden: of texts and numbers nothing is left out. */
function isTelling(schema: JsonSchemaObject, root: JsonSchemaObject): boolean {
  const choices = [schema['anyOf'], schema['oneOf']].filter(Array.isArray).flat().filter(isSchemaObject)
  return choices.filter((choice) => !isScalar(choice)).length > 1 && isClosed(root)
}

function isScalar({ type, const: literal }: JsonSchemaObject): boolean {
  if (type === undefined) return literal !== undefined && typeof literal !== 'object'
  return [type].flat().every((one) => SCALAR_TYPES.includes(one as string))
}
