import { referenced } from '../dereference.js'
import type { JsonSchemaObject } from '../json-schema.js'
import { allowsNothing, schemaList, schemaObject } from '../schema-object.js'

/** One way to be legal: schemas that hold at once, each looked at without what it refers to, combines or leaves to choose. */
export type Way = readonly JsonSchemaObject[]

/** Choices within choices multiply. What would make more ways than this is left out, and leaves texts as they are. */
const MOST_WAYS = 256

/**
 * The ways in which a value can be legal by a schema: one, unless it leaves a choice (`anyOf`, `oneOf`); none where it
 * contradicts itself, or is nothing but itself.
 */
export function waysOf(schema: unknown, root: JsonSchemaObject): readonly Way[] {
  return waysWithin(schemaObject(schema), { root, above: [] })
}

interface Place {
  readonly root: JsonSchemaObject
  /** What is being looked at: a schema that comes to itself again offers no other way. */
  readonly above: readonly JsonSchemaObject[]
}

function waysWithin(schema: JsonSchemaObject, { root, above }: Place): readonly Way[] {
  if (above.includes(schema) || allowsNothing(schema)) return []
  const place = { root, above: [...above, schema] }
  const within = (part: JsonSchemaObject): readonly Way[] => waysWithin(part, place)
  const target = referenced(schema, root)
  const parts = [...(target === undefined ? [] : [target]), ...schemaList(schema['allOf'])].map(within)
  const choices = ['anyOf', 'oneOf']
    .filter((key) => Array.isArray(schema[key]))
    .map((key) => schemaList(schema[key]).flatMap(within))
  return [...parts, ...choices].reduce(both, [[schema]])
}

function both(some: readonly Way[], others: readonly Way[]): readonly Way[] {
  if (some.length > 1 && some.length * others.length > MOST_WAYS) return some
  return some.flatMap((way) => others.map((other) => [...way, ...other]))
}
