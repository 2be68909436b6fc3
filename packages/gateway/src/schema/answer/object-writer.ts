import type { JsonSchemaObject } from '../json-schema.js'
import type { Write } from './list-writer.js'
import { isSchemaObject } from '../schema-object.js'

type Values = Readonly<Record<string, unknown>>
type WriterOf = (part: unknown) => Write

interface Property {
  readonly name: string
  readonly write: Write
  /** Stands for one that is missing. */
  readonly fallback: unknown
}

/** Writes objects: the properties that the schema declares, those that have to be there first. */
export function objectWriter(schema: JsonSchemaObject, writerOf: WriterOf): Write {
  const { required = [] } = schema as { readonly required?: readonly string[] }
  const properties = declaredProperties(schema, required, writerOf)
  const declared = new Map(properties.map((property) => [property.name, property]))
  const others = otherProperties(schema, declared, writerOf)
  return (value) => {
    const values = value as Values
    const missing = required.find((name) => values[name] === undefined && declared.get(name)?.fallback === undefined)
    if (missing !== undefined) throw new Error(`"${missing}" is required!`)
    return `{${[...properties, ...others(values)].flatMap((property) => writeProperty(property, values)).join(',')}}`
  }
}

function declaredProperties(schema: JsonSchemaObject, required: readonly string[], writerOf: WriterOf): Property[] {
  const schemas = Object.entries((schema['properties'] as Values | undefined) ?? {})
  const properties = schemas.map(([name, part]) => {
    const fallback = isSchemaObject(part) ? part['default'] : undefined
    return { name, write: writerOf(part), fallback }
  })
  const isRequired = ({ name }: Property): boolean => required.includes(name)
  return [...properties.filter(isRequired), ...properties.filter((property) => !isRequired(property))]
}

/** Finds the properties of an object that have no schema under their name, but one for names like theirs or for all others. */
function otherProperties(
  { patternProperties = {}, additionalProperties = false }: JsonSchemaObject,
  declared: ReadonlyMap<string, Property>,
  writerOf: WriterOf,
): (values: Values) => Property[] {
  const patterns = Object.entries(patternProperties as Values).map(
    ([pattern, part]) => [new RegExp(pattern, 'u'), writerOf(part)] as const,
  )
  const rest = additionalProperties === false ? undefined : writerOf(additionalProperties)
  if (patterns.length === 0 && rest === undefined) return () => []
  return (values) =>
    Object.keys(values).flatMap((name) => {
      if (declared.has(name) || hasNoJson(values[name])) return []
      const write = patterns.find(([pattern]) => pattern.test(name))?.[1] ?? rest
      return write ? [{ name, write, fallback: undefined }] : []
    })
}

function hasNoJson(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol'
}

function writeProperty({ name, write, fallback }: Property, values: Values): string[] {
  const value = values[name]
  if (value !== undefined) return [`${JSON.stringify(name)}:${write(value)}`]
  return fallback === undefined ? [] : [`${JSON.stringify(name)}:${JSON.stringify(fallback)}`]
}
