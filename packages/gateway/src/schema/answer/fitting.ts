import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { rootKey } from './fast-serializer.js'
import type { JsonSchemaObject } from '../json-schema.js'
import { isSchemaObject } from '../schema-object.js'
import { VALUE_KEYWORDS } from '../schema-maps.js'

/** Looks whether a value is what a schema describes. */
export type Fit = (value: unknown) => boolean

/** As a schema is written, or open to what it does not declare. */
export type Reading = 'written' | 'open'

/** Looks, for the parts of one schema, what a value that goes out fits. */
export class Fitting {
  readonly #reading: Reading
  readonly #rootKey: string
  readonly #ajv: Ajv2020

  constructor(root: JsonSchemaObject, reading: Reading) {
    this.#reading = reading
    this.#rootKey = rootKey(root)
    this.#ajv = new Ajv2020({ strict: false, validateSchema: false, addUsedSchema: false, logger: false })
    ajvFormats.default(this.#ajv)
    this.#ajv.addKeyword({
      keyword: 'orToJson',
      type: 'object',
      validate: (_: true, value: object) => 'toJSON' in value,
    })
    this.#ajv.addSchema(this.#read(root, '') as JsonSchemaObject, this.#rootKey)
  }

  /** Compiled when it is first asked. */
  of(part: JsonSchemaObject): Fit {
    return this.#fit(this.#read(part, this.#rootKey) as JsonSchemaObject)
  }

  /** The same, but closed at its outside where it is so written. */
  closed(part: JsonSchemaObject): Fit {
    const read = this.#read(part, this.#rootKey) as JsonSchemaObject
    return this.#fit(part['additionalProperties'] === false ? { ...read, additionalProperties: false } : read)
  }

  #fit(schema: JsonSchemaObject): Fit {
    let compiled: Fit | undefined
    return (value) => (compiled ??= this.#ajv.compile(schema))(value)
  }

  /** The schema as it is to be read. Its references start from `base`. */
  #read(value: unknown, base: string): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#read(item, base))
    if (!isSchemaObject(value)) return value
    const read = Object.entries(this.#reading === 'open' ? opened(value) : value).map(([key, item]) => {
      if (key === '$ref' && typeof item === 'string') return [key, item.startsWith('#') ? base + item : item]
      return [key, VALUE_KEYWORDS.includes(key) ? item : this.#read(item, base)]
    })
    return orToJson(Object.fromEntries(read) as JsonSchemaObject)
  }
}

/** A date, or what else says itself how it is written, is a text by then. */
function orToJson(schema: JsonSchemaObject): JsonSchemaObject {
  const types = [schema['type']].flat()
  return types.includes('string') && !types.includes('object')
    ? { ...schema, type: [...types, 'object'], orToJson: true }
    : schema
}

/** Without what forbids more than is declared. One that fits beside another does no harm then either. */
function opened(schema: JsonSchemaObject): JsonSchemaObject {
  const rest = Object.fromEntries(Object.entries(schema).filter((entry) => !forbidsMore(entry, schema)))
  const { oneOf, ...others } = rest
  return oneOf === undefined || 'anyOf' in rest ? rest : { ...others, anyOf: oneOf }
}

function forbidsMore([key, item]: [string, unknown], schema: JsonSchemaObject): boolean {
  const isTuple = 'prefixItems' in schema
  if (key === 'maxItems') return isTuple
  if (key === 'items') return isTuple && item === false
  return ['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems'].includes(key) && item === false
}
