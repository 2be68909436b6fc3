import { isSchemaObject } from './schema-object.js'
import { SCHEMA_MAPS } from './schema-maps.js'

/** What is wrong with a value, after the place in it where that is so: `/0 is no text`. */
type Objection = string | undefined

const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const SCHEMAS = [
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
  'contains',
  'not',
  'if',
  'then',
  'else',
]
const TYPES: ReadonlySet<unknown> = new Set(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'])

const LOOKS: ReadonlyMap<string, (value: unknown) => Objection> = new Map([
  ...SCHEMAS.map((keyword) => [keyword, objectionTo] as const),
  ...LISTS.map((keyword) => [keyword, objectionToList] as const),
  ...SCHEMA_MAPS.map((keyword) => [keyword, objectionToMap] as const),
  ['items', objectionToItems],
  ['type', objectionToType],
  ['required', objectionToNames],
  ['$ref', (value) => (typeof value === 'string' ? undefined : ' is no text')],
])

/**
 * What makes a document no JSON Schema of draft 2020-12, and where; `undefined` where nothing does. It looks at the
 * structure, not at what single keywords take: the meta schema would find everything, but costs the start several times as much.
 */
export function schemaObjection(schema: unknown): string | undefined {
  const objection = objectionTo(schema)
  return objection?.startsWith(' ') ? `it${objection}` : objection
}

function objectionTo(schema: unknown): Objection {
  if (typeof schema === 'boolean') return undefined
  if (!isSchemaObject(schema)) return ' is neither an object nor true or false'
  for (const keyword of Object.keys(schema)) {
    const objection = LOOKS.get(keyword)?.(schema[keyword])
    if (objection !== undefined) return `/${keyword}${objection}`
  }
  return undefined
}

function objectionToItems(value: unknown): Objection {
  return Array.isArray(value) ? ' is a list; draft 2020-12 calls it prefixItems' : objectionTo(value)
}

function objectionToType(value: unknown): Objection {
  if (TYPES.has(value)) return undefined
  const wrong = Array.isArray(value) ? (value as unknown[]).find((type) => !TYPES.has(type)) : value
  return Array.isArray(value) && wrong === undefined ? undefined : ` names no type: ${JSON.stringify(wrong)}`
}

function objectionToNames(value: unknown): Objection {
  const isList = Array.isArray(value) && value.every((name) => typeof name === 'string')
  return isList ? undefined : ' is no list of names'
}

function objectionToList(value: unknown): Objection {
  return Array.isArray(value) && value.length > 0 ? objectionWithin(value) : ' is no list of schemas'
}

function objectionToMap(value: unknown): Objection {
  return isSchemaObject(value) ? objectionWithin(value) : ' is no object of schemas'
}

function objectionWithin(schemas: object): Objection {
  for (const [name, schema] of Object.entries(schemas)) {
    const objection = objectionTo(schema)
    if (objection !== undefined) return `/${name}${objection}`
  }
  return undefined
}
