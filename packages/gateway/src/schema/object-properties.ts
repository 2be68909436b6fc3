import { referenced } from './dereference.js'
import type { JsonSchemaObject } from './json-schema.js'
import { schemaList, schemaObject } from './schema-object.js'

export interface ObjectProperty {
  readonly schema: JsonSchemaObject
  /** No object without it is legal. */
  readonly isRequired: boolean
}

export type ObjectProperties = ReadonlyMap<string, ObjectProperty>

/**
 * The properties that a schema names for an object, also where it refers to another, is made of several (`allOf`) or leaves
 * the choice (`anyOf`, `oneOf`). What is said of one property in several places becomes one schema.
 */
export function propertiesOf(schema: JsonSchemaObject): ObjectProperties {
  return propertiesWithin(schema, { root: schema, above: [] })
}

interface Place {
  readonly root: JsonSchemaObject
  /** What is being looked at: a schema that comes to itself again says nothing more there. */
  readonly above: readonly JsonSchemaObject[]
}

function propertiesWithin(schema: JsonSchemaObject, { root, above }: Place): ObjectProperties {
  if (above.includes(schema)) return new Map()
  const place = { root, above: [...above, schema] }
  const within = (parts: readonly JsonSchemaObject[]): ObjectProperties[] =>
    parts.map((part) => propertiesWithin(part, place))
  const target = referenced(schema, root)
  const parts = [...(target === undefined ? [] : [target]), ...schemaList(schema['allOf'])]
  const choices = [schemaList(schema['anyOf']), schemaList(schema['oneOf'])]
  return allOf([ownProperties(schema), ...within(parts), ...choices.map((choice) => oneOf(within(choice)))])
}

function ownProperties({ properties = {}, required = [] }: JsonSchemaObject): ObjectProperties {
  const entries = Object.entries(properties as Readonly<Record<string, unknown>>)
  const names = required as readonly string[]
  return new Map(
    entries.map(([name, schema]) => [name, { schema: schemaObject(schema), isRequired: names.includes(name) }]),
  )
}

function allOf(parts: readonly ObjectProperties[]): ObjectProperties {
  return combined(parts, (said) => ({
    schema: combinedSchema('allOf', said),
    isRequired: said.some(({ isRequired }) => isRequired),
  }))
}

function oneOf(choices: readonly ObjectProperties[]): ObjectProperties {
  return combined(choices, (said) => ({
    schema: combinedSchema('anyOf', said),
    isRequired: said.length === choices.length && said.every(({ isRequired }) => isRequired),
  }))
}

/** One property for each name, of all that is said of it. */
function combined(
  all: readonly ObjectProperties[],
  combine: (said: readonly ObjectProperty[]) => ObjectProperty,
): ObjectProperties {
  const names = new Set(all.flatMap((properties) => [...properties.keys()]))
  return new Map([...names].map((name) => [name, combine(all.flatMap((properties) => properties.get(name) ?? []))]))
}

function combinedSchema(how: 'allOf' | 'anyOf', said: readonly ObjectProperty[]): JsonSchemaObject {
  const distinct = new Map(said.map(({ schema }) => [JSON.stringify(schema), schema]))
  const [first, ...others] = distinct.values()
  return first !== undefined && others.length === 0 ? first : { [how]: [...distinct.values()] }
}
