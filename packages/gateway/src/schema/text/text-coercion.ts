import type { JsonSchemaObject } from '../json-schema.js'
import { propertiesOf } from '../object-properties.js'
import {
  compileChoice,
  compileProperties,
  readByChoices,
  type PropertyReadings,
  type TextValues,
} from './object-reading.js'
import { waysOf } from './schema-ways.js'
import { coerceBy, type Coerce, type ListStyle } from './value-reading.js'

/** Turns texts into the types that the schema asks for. What does not fit stays text, for the validator to refuse. */
export type TextCoercion = (values: TextValues) => Record<string, unknown>

export interface TextCoercionOptions {
  /** Whose names the values have: the schema's own, or whatever a client comes up with, which is the default. */
  readonly names?: 'schema' | 'client'
  /** By default each item of a list is a text of its own. */
  readonly lists?: ListStyle
}

/**
 * What is made of it inherits nothing, so that no name can reach a prototype. Other than with `Object.create(null)` it is
 * no hash table, which is several times as large; but each new name is remembered by the engine for good.
 */
const Bare = function () {
  // Its prototype is all there is to it.
} as unknown as new () => Record<string, unknown>
Bare.prototype = Object.freeze(Object.create(null) as object)

/** @param schema of an object whose properties are texts on the wire */
export function compileTextCoercion(
  schema: JsonSchemaObject,
  { names = 'client', lists = 'repeated' }: TextCoercionOptions = {},
): TextCoercion {
  const place = { root: schema, lists }
  const ways = waysOf(schema, schema)
  const all = compileProperties(ways, place)
  const coerceAll = coercionBy(all, names)
  if (ways.length < 2) return coerceAll
  const choices = ways.map((way) => compileChoice(way, all, place))
  // What fits no choice is converted as far as any asks for it: what is wrong with the rest is told of the right types.
  return (values) => readByChoices(choices, values) ?? coerceAll(values)
}

/** The names that the schema declares; empty where it takes any. */
export function declaredNames(schema: JsonSchemaObject): string[] {
  return [...propertiesOf(schema).keys()]
}

function coercionBy({ named, others }: PropertyReadings, names: 'schema' | 'client'): TextCoercion {
  const otherwise = others?.coerce
  const coercions = new Map([...named].map(([name, { coerce }]) => [name, coerce ?? (otherwise && asTheyAre)]))
  return (values) => {
    const coerced = names === 'schema' ? new Bare() : (Object.create(null) as Record<string, unknown>)
    for (const name of Object.keys(values)) {
      const value = values[name]
      if (value !== undefined) coerced[name] = coerceBy(coercions.get(name) ?? otherwise, value)
    }
    return coerced
  }
}

const asTheyAre: Coerce = (texts) => texts
