import type { JsonSchemaObject } from '../json-schema.js'
import { waysOf, type Way } from './schema-ways.js'

/** What a value may be, as far as types and literals say. */
export interface ValueForms {
  /** Of scalars that need not be one of the literals; a number that may have a fraction may also be an integer. */
  readonly types: ReadonlySet<string>
  readonly literals: ReadonlySet<unknown>
  /** Each way to be a list, where lists are asked for by name. */
  readonly lists: readonly Way[]
  /** Some way says nothing about types, so that lists are legal without being asked for. */
  readonly isOpen: boolean
}

const SCALARS = ['string', 'number', 'integer', 'boolean', 'null'] as const

export function formsOf(schema: unknown, root: JsonSchemaObject): ValueForms {
  const all = waysOf(schema, root).map((way) => formOf(way))
  return {
    types: new Set(all.flatMap(({ types }) => types)),
    literals: new Set(all.flatMap(({ literals }) => literals)),
    lists: all.flatMap(({ lists }) => lists),
    isOpen: all.some(({ isOpen }) => isOpen),
  }
}

interface Form {
  readonly types: readonly string[]
  readonly literals: readonly unknown[]
  readonly lists: readonly Way[]
  readonly isOpen: boolean
}

function formOf(way: Way): Form {
  const allowed = allowedTypes(way)
  const isAllowed = (type: string): boolean => allowed?.has(type) ?? true
  const literals = listedLiterals(way)?.filter((literal) => isAllowed(typeNameOf(literal)))
  if (literals !== undefined) return { types: [], literals, lists: [], isOpen: false }
  const lists = allowed?.has('array') === true ? [way] : []
  return { types: SCALARS.filter(isAllowed), literals: [], lists, isOpen: allowed === undefined }
}

/** Whether a scalar is legal. */
export function takesScalar({ types, literals }: ValueForms, value: unknown): boolean {
  return literals.has(value) || types.has(typeNameOf(value))
}

/** The type as JSON Schema calls it, the narrowest that fits. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null'
  return Number.isInteger(value) ? 'integer' : typeof value
}

/** The types that all of the schemas allow; `undefined` where none names any. */
function allowedTypes(way: Way): ReadonlySet<string> | undefined {
  return common(way.map(({ type }) => (type === undefined ? undefined : [type].flat().flatMap(withNarrower))))
}

function withNarrower(type: unknown): string[] {
  return type === 'number' ? ['number', 'integer'] : [String(type)]
}

/** The literals that all of the schemas list; `undefined` where none lists any. */
function listedLiterals(way: Way): readonly unknown[] | undefined {
  const listed = common(
    way.flatMap((schema) => [
      'const' in schema ? [schema['const']] : undefined,
      Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : undefined,
    ]),
  )
  return listed && [...listed]
}

function common<T>(said: readonly (readonly T[] | undefined)[]): ReadonlySet<T> | undefined {
  const [first, ...others] = said.filter((each) => each !== undefined)
  return first && new Set(first.filter((each) => others.every((other) => other.includes(each))))
}
