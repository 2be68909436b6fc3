import type { JsonSchemaObject } from './json-schema.js'
import { isSchemaObject } from './schema-object.js'
import { SCHEMA_MAPS, VALUE_KEYWORDS } from './schema-maps.js'

/** What a recursive schema of `@sinclair/typebox` without a name is called: the how-manieth of the process it is. */
const COUNTED = /^T\d+$/

/** What is in reach of a reference, by the `$id` that it names. */
type Scope = ReadonlyMap<string, JsonSchemaObject>

/**
 * The JSON Schema (draft 2020-12) that a TypeBox schema says: TypeBox writes tuples as draft 7 does, and refers to schemas by
 * their `$id`, which neither the OpenAPI document nor a part of the schema can follow.
 */
export function typeboxDocument(schema: JsonSchemaObject): JsonSchemaObject {
  return new TypeboxDocument().convert(schema)
}

class TypeboxDocument {
  readonly #definitions: Record<string, JsonSchemaObject> = {}
  /** The names of the definitions, by what is defined. */
  readonly #names = new Map<string, string>()

  convert(schema: JsonSchemaObject): JsonSchemaObject {
    const { $defs, ...root } = this.#schema(schema, new Map(identified(schema))) as JsonSchemaObject
    const all = { ...($defs as object | undefined), ...this.#definitions }
    return Object.keys(all).length === 0 ? root : { ...root, $defs: all }
  }

  #schema(schema: unknown, around: Scope): unknown {
    if (Array.isArray(schema)) return schema.map((part) => this.#schema(part, around))
    if (!isSchemaObject(schema)) return schema
    const converted = this.#body(schema, scopeWithin(schema, around))
    // Known by now where something in it refers to it.
    const name = this.#names.get(keyOf(schema))
    return name === undefined ? converted : referenceTo(name)
  }

  #body(schema: JsonSchemaObject, scope: Scope): JsonSchemaObject {
    const entries = Object.entries(draft2020(schema)).map(
      ([key, value]) => [key, this.#value(key, value, scope)] as const,
    )
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }

  #value(key: string, value: unknown, scope: Scope): unknown {
    if (key === '$ref') return this.#reference(value as string, scope)
    if (VALUE_KEYWORDS.includes(key)) return value
    if (key === '$defs') return this.#otherDefinitions(value as JsonSchemaObject, scope)
    return SCHEMA_MAPS.includes(key) ? this.#map(value as JsonSchemaObject, scope) : this.#schema(value, scope)
  }

  #map(schemas: JsonSchemaObject, scope: Scope): JsonSchemaObject {
    return Object.fromEntries(Object.entries(schemas).map(([name, part]) => [name, this.#schema(part, scope)]))
  }

  /** Those that nothing refers to by `$id`; `undefined` for none. */
  #otherDefinitions(schemas: JsonSchemaObject, scope: Scope): JsonSchemaObject | undefined {
    const others = Object.entries(schemas).filter(([, part]) => !(isSchemaObject(part) && '$id' in part))
    return others.length === 0 ? undefined : this.#map(Object.fromEntries(others), scope)
  }

  #reference(reference: string, scope: Scope): string {
    const target = scope.get(reference)
    return target === undefined ? reference : referenceTo(this.#define(target, scope)).$ref
  }

  /** The name of the definition of a schema, which is made where there is none. */
  #define(schema: JsonSchemaObject, scope: Scope): string {
    const key = keyOf(schema)
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const { $id, ...body } = schema
    const name = this.#freeName(String($id))
    this.#names.set(key, name)
    // It may refer to itself.
    this.#definitions[name] = {}
    this.#definitions[name] = this.#body(body, scopeWithin(schema, scope))
    return name
  }

  #freeName(id: string): string {
    if (COUNTED.test(id)) return `__schema${String(Object.keys(this.#definitions).length)}`
    let name = id
    for (let number = 2; name in this.#definitions; number++) name = `${id}${String(number)}`
    return name
  }
}

/** Tuples were `items` and `additionalItems`. */
function draft2020({ additionalItems, ...schema }: JsonSchemaObject): JsonSchemaObject {
  const { items, ...others } = schema
  if (!Array.isArray(items)) return additionalItems === undefined ? schema : { ...schema, additionalItems }
  return {
    ...others,
    // No tuple is empty, but there are lists that must be.
    ...(items.length > 0 && { prefixItems: items }),
    ...(additionalItems !== undefined && { items: additionalItems }),
  }
}

/** Everything in a schema that has an `$id`. */
function identified(value: unknown): [string, JsonSchemaObject][] {
  if (typeof value !== 'object' || value === null) return []
  const within = Object.values(value).flatMap(identified)
  return isSchemaObject(value) && typeof value['$id'] === 'string' ? [...within, [value['$id'], value]] : within
}

function scopeWithin(schema: JsonSchemaObject, around: Scope): Scope {
  const defined = Object.values((schema['$defs'] as object | undefined) ?? {}).filter(isSchemaObject)
  const named = [schema, ...defined].flatMap((part) =>
    typeof part['$id'] === 'string' ? [[part['$id'], part] as const] : [],
  )
  return named.length === 0 ? around : new Map([...around, ...named])
}

/** Copies of a schema are one: TypeBox makes them wherever a schema is used. */
function keyOf(schema: JsonSchemaObject): string {
  return '$id' in schema ? JSON.stringify(schema) : ''
}

function referenceTo(name: string): { readonly $ref: string } {
  const pointer = name.replaceAll('~', '~0').replaceAll('/', '~1')
  return { $ref: `#/$defs/${encodeURIComponent(pointer)}` }
}
