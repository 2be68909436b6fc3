import { HostError, type RestSchema } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import type { JsonSchemaObject } from './json-schema.js'

/** What a schema is for: what comes in, or what goes out. They differ by defaults and transforms. */
export type Direction = 'input' | 'output'

/** Where a schema stands, for the error. */
export interface SchemaPlace {
  readonly route: string
  /** `query`, `body`, `response 200`. */
  readonly part: string
}

const TARGET = { target: 'draft-2020-12' } as const

/** Schemas are shared between operations; each is converted once for each direction. */
const converted = {
  input: new WeakMap<RestSchema, JsonSchemaObject>(),
  output: new WeakMap<RestSchema, JsonSchemaObject>(),
}

/**
 * The JSON Schema of what a schema accepts or yields.
 *
 * @throws HostError `ROUTE_SCHEMA_UNSUPPORTED`, naming the field, where it has none (dates, transforms on output, …)
 */
export function toJsonSchema(schema: RestSchema, direction: Direction, place: SchemaPlace): JsonSchemaObject {
  const known = converted[direction].get(schema)
  if (known !== undefined) return known
  try {
    const { $schema: _, ...document } = schema['~standard'].jsonSchema[direction](TARGET)
    converted[direction].set(schema, document)
    return document
  } catch (error) {
    const field = [place.part, ...fieldWithoutJson(schema, direction)].join('/')
    const reason = messageOf(error).replace(/\.$/, '')
    throw new HostError('ROUTE_SCHEMA_UNSUPPORTED', { route: place.route, field, reason }, { cause: error })
  }
}

/** What schema libraries keep their parts under: objects as zod and valibot have them, lists, optionals. */
interface SchemaWithParts {
  readonly shape?: unknown
  readonly entries?: unknown
  readonly element?: unknown
  readonly item?: unknown
}

/** The way to the innermost part that has no JSON form, as far as the schema lets us look inside. */
function fieldWithoutJson(schema: unknown, direction: Direction): string[] {
  for (const [name, part] of partsOf(schema)) {
    if (!hasJson(part, direction)) return [name, ...fieldWithoutJson(part, direction)]
  }
  return []
}

function partsOf(schema: unknown): [string, unknown][] {
  const { shape, entries, element, item } = schema as SchemaWithParts
  const list = element ?? item
  return [...Object.entries(shape ?? entries ?? {}), ...(list === undefined ? [] : [['*', list] as [string, unknown]])]
}

function hasJson(part: unknown, direction: Direction): boolean {
  const standard = (part as Partial<RestSchema> | null)?.['~standard']
  if (standard === undefined || !('jsonSchema' in standard)) return true
  try {
    standard.jsonSchema[direction](TARGET)
    return true
  } catch {
    // That it throws is the answer.
    return false
  }
}
