import { dereference } from './dereference.js'
import type { JsonSchemaObject } from './json-schema.js'
import { propertiesOf } from './object-properties.js'

/** Texts by name, as paths, queries and headers carry them. */
export type TextValues = Readonly<Record<string, string | readonly string[] | undefined>>

/** Turns texts into the types that the schema asks for. What does not fit stays text, for the validator to refuse. */
export type TextCoercion = (values: TextValues) => Record<string, unknown>

type Coerce = (value: string | readonly string[]) => unknown

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** Whose names the values have: the schema's own, or whatever a client comes up with. */
export type NamesOf = 'schema' | 'client'

/**
 * What is made of it inherits nothing, so that no name can reach a prototype. Other than with `Object.create(null)` it is
 * no hash table, which is several times as large; but each new name is remembered by the engine for good.
 */
const Bare = function () {
  // Its prototype is all there is to it.
} as unknown as new () => Record<string, unknown>
Bare.prototype = Object.freeze(Object.create(null) as object)

/** @param schema of an object whose properties are texts on the wire */
export function compileTextCoercion(schema: JsonSchemaObject, namesOf: NamesOf = 'client'): TextCoercion {
  const coercions = new Map(
    [...propertiesOf(schema)].map(([name, property]) => [name, coercionFor(property.schema, schema)]),
  )
  return (values) => {
    const coerced = namesOf === 'schema' ? new Bare() : (Object.create(null) as Record<string, unknown>)
    for (const name of Object.keys(values)) {
      const value = values[name]
      if (value !== undefined) coerced[name] = coerceBy(coercions.get(name), value)
    }
    return coerced
  }
}

/** The names that the schema declares; empty where it takes any. */
export function declaredNames(schema: JsonSchemaObject): string[] {
  return [...propertiesOf(schema).keys()]
}

function coercionFor(property: JsonSchemaObject, root: JsonSchemaObject): Coerce | undefined {
  const alternatives = alternativesOf(property, root)
  const list = alternatives.find((alternative) => typesOf(alternative).includes('array'))
  if (list !== undefined) {
    const items = coercionFor((list['items'] as JsonSchemaObject | undefined) ?? {}, root)
    return (value) => (typeof value === 'string' ? [value] : value).map((item) => coerceBy(items, item))
  }
  const types = alternatives.flatMap(typesOf)
  // A text that may stay text stays text: "007" is not 7 where both are legal.
  if (types.includes('string')) return undefined
  return (value) => (typeof value === 'string' ? scalar(value, types) : value)
}

function coerceBy(coerce: Coerce | undefined, value: string | readonly string[]): unknown {
  return coerce ? coerce(value) : value
}

function scalar(text: string, types: readonly string[]): unknown {
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (types.includes('null') && text === 'null') return null
  if (!(types.includes('number') || types.includes('integer')) || !NUMBER.test(text)) return text
  const value = Number(text)
  // A number that a double cannot hold would silently become another one.
  const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  return isExact ? value : text
}

function alternativesOf(schema: JsonSchemaObject, root: JsonSchemaObject): JsonSchemaObject[] {
  const resolved = dereference(schema, root)
  const union = resolved['anyOf'] ?? resolved['oneOf'] ?? resolved['allOf']
  return Array.isArray(union)
    ? (union as JsonSchemaObject[]).flatMap((alternative) => alternativesOf(alternative, root))
    : [resolved]
}

/** The types that a schema names, or those of its literals. */
function typesOf(schema: JsonSchemaObject): string[] {
  const { type } = schema
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type as string[]
  const literals = 'const' in schema ? [schema['const']] : (schema['enum'] as unknown[] | undefined)
  return (literals ?? []).map((literal) => (literal === null ? 'null' : typeof literal))
}
