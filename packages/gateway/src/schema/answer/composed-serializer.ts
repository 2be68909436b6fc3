import { isClosed } from './closed-schema.js'
import { referenced } from '../dereference.js'
import { compileFastPart } from './fast-serializer.js'
import { Fitting, type Fit } from './fitting.js'
import type { JsonSchemaObject } from '../json-schema.js'
import { listWriter, type Write } from './list-writer.js'
import { mergeSchemas } from './merge-schemas.js'
import { needsComposing } from './needs-composing.js'
import { objectWriter } from './object-writer.js'
import { isSchemaObject } from '../schema-object.js'

type Choices = readonly JsonSchemaObject[]

/**
 * Serialises what fast-json-stringify alone would not serialise as declared. It goes down to the parts for which that is
 * so; all below and beside them is fast-json-stringify's.
 */
export class ComposedSerializer {
  readonly #root: JsonSchemaObject
  readonly #open: Fitting
  /** Ways of looking what fits, the strictest first. */
  readonly #fits: readonly ((part: JsonSchemaObject) => Fit)[]
  readonly #writers = new Map<JsonSchemaObject, Write>()
  /** Parts that say the same share one. */
  readonly #fastWriters = new Map<string, Write>()

  constructor(root: JsonSchemaObject) {
    this.#root = root
    this.#open = new Fitting(root, 'open')
    const written = isClosed(root) ? new Fitting(root, 'written') : undefined
    const open = (part: JsonSchemaObject): Fit => this.#open.of(part)
    this.#fits = written
      ? [(part) => written.of(part), (part) => this.#open.closed(this.#resolved(part)), open]
      : [open]
  }

  /** What writes the values of a part of the schema. */
  of(part: unknown): Write {
    const schema = isSchemaObject(part) ? part : {}
    if (!needsComposing(schema, this.#root)) return this.#fastWriter(schema)
    const known = this.#writers.get(schema)
    if (known) return known
    // Made when it is first needed: a schema that refers to itself would have no end.
    let made: Write | undefined
    const write: Write = (value) => (made ??= this.#make(schema))(value)
    this.#writers.set(schema, write)
    return write
  }

  #make(schema: JsonSchemaObject): Write {
    const { $ref, allOf, anyOf, oneOf, if: condition, ...own } = schema
    if ($ref !== undefined) return this.of(this.#resolved(schema))
    if (allOf !== undefined) return this.of(this.#merged(schema))
    if (anyOf !== undefined) return this.#choice(anyOf as Choices, without(schema, 'anyOf'))
    if (oneOf !== undefined) return this.#choice(oneOf as Choices, own)
    if (condition !== undefined) return this.#condition(condition as JsonSchemaObject, own)
    return this.#structure(own)
  }

  #resolved(schema: JsonSchemaObject): JsonSchemaObject {
    const { $ref: _, ...own } = schema
    const target = referenced(schema, this.#root)
    if (target === undefined) return own
    return Object.keys(own).length === 0 ? target : mergeSchemas(target, own)
  }

  #merged({ allOf, ...own }: JsonSchemaObject): JsonSchemaObject {
    const parts = (allOf as Choices).map((part) => this.#resolved(part))
    return parts.reduce(mergeSchemas, own)
  }

  #choice(choices: Choices, own: JsonSchemaObject): Write {
    const writers = choices.map((choice) => this.of(mergeSchemas(own, choice)))
    const fits = this.#fits.map((fitOf) => choices.map(fitOf))
    return (value) => {
      for (const fitting of fits) {
        const write = writers[fitting.findIndex((fit) => fit(value))]
        if (write) return write(value)
      }
      throw new TypeError('It fits none of the choices that its schema leaves.')
    }
  }

  #condition(condition: JsonSchemaObject, { then, else: otherwise, ...own }: JsonSchemaObject): Write {
    const fits = this.#open.of(condition)
    const [met, unmet] = [then, otherwise].map((part) => this.of(isSchemaObject(part) ? mergeSchemas(own, part) : own))
    return (value) => ((fits(value) ? met : unmet) as Write)(value)
  }

  /** Lists and objects, each where the schema says something about them. */
  #structure(schema: JsonSchemaObject): Write {
    const { properties, patternProperties, additionalProperties, required, prefixItems, items, ...rest } = schema
    const isOfLists = prefixItems !== undefined || items !== undefined
    const isOfObjects = (properties ?? patternProperties ?? additionalProperties ?? required) !== undefined
    const writeList = isOfLists ? listWriter(schema, (part) => this.of(part)) : undefined
    const writeObject = isOfObjects ? objectWriter(schema, (part) => this.of(part)) : undefined
    const writeOther = this.#fastWriter({ type: isOfLists ? 'array' : 'object', ...rest })
    return (value) => {
      const shown = shownAs(value)
      if (Array.isArray(shown)) return (writeList ?? writeOther)(shown)
      return (typeof shown === 'object' && shown !== null && writeObject ? writeObject : writeOther)(shown)
    }
  }

  #fastWriter(schema: JsonSchemaObject): Write {
    const key = JSON.stringify(schema)
    const known = this.#fastWriters.get(key)
    if (known) return known
    const write = compileFastPart(schema, this.#root)
    this.#fastWriters.set(key, write)
    return write
  }
}

function without(schema: JsonSchemaObject, keyword: string): JsonSchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== keyword))
}

/** What a value says that is to be written of it. */
function shownAs(value: unknown): unknown {
  const { toJSON } = (value ?? {}) as { readonly toJSON?: unknown }
  return typeof toJSON === 'function' ? (toJSON as () => unknown).call(value) : value
}
