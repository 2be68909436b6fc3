import type { RestSchema } from '@modkit/core'
import type { ErrorObject } from 'ajv'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { didYouMean, nearest } from '@modkit/core/spi'
import { hasMoreValues } from '../more-values.js'
import { schemaObjection } from './schema-objection.js'

/** A JSON Schema, draft 2020-12, that is an object. */
export type JsonSchemaObject = Readonly<Record<string, unknown>>

/** Of more values only the first that is wrong is told: they may all be, and each error takes a thousand times its value's room. */
const MOST_VALUES_TOLD_OF = 10_000

/**
 * Plain JSON Schema (draft 2020-12) as a schema for operations and configurations, validated by Ajv.
 *
 * Nothing ties the type to the document: `jsonSchema<User>({ type: 'object', ... })` is your word.
 */
export function jsonSchema<T>(schema: JsonSchemaObject): RestSchema<T> {
  const validator = new Validator(schema)
  return Object.freeze({
    '~standard': Object.freeze({
      version: 1,
      vendor: 'modkit',
      validate: (value: unknown) => {
        const errors = validator.errorsOf(value)
        // The caller of jsonSchema() answers for the type.
        return errors === undefined ? { value: value as T } : { issues: errors.map(issueOf) }
      },
      jsonSchema: Object.freeze({ input: () => said(schema), output: () => said(schema) }),
    }),
  })
}

/** The document, to whoever asks for it first: that a gateway does at the start, and not at the first request. */
function said(schema: JsonSchemaObject): Record<string, unknown> {
  const objection = schemaObjection(schema)
  if (objection !== undefined) throw new TypeError(`it is no JSON Schema: ${objection}`)
  return { ...schema }
}

/** A schema that looks whether anything is wrong, and only then for everything that is. Compiled when either is first asked. */
class Validator {
  readonly #schema: JsonSchemaObject
  #first: ValidateFunction | undefined
  #all: ValidateFunction | undefined

  constructor(schema: JsonSchemaObject) {
    this.#schema = schema
  }

  /** `undefined` where nothing is wrong. */
  errorsOf(value: unknown): readonly ErrorObject[] | undefined {
    this.#first ??= (firstError ??= createAjv({ allErrors: false })).compile(this.#schema)
    if (this.#first(value)) return undefined
    if (hasMoreValues(value, MOST_VALUES_TOLD_OF)) return this.#first.errors ?? []
    this.#all ??= (allErrors ??= createAjv({ allErrors: true })).compile(this.#schema)
    this.#all(value)
    return this.#all.errors ?? []
  }
}

/** One for all schemas: an instance of its own for each costs milliseconds. Loaded when the first schema is used. */
let firstError: Ajv2020 | undefined
let allErrors: Ajv2020 | undefined

function createAjv(options: { readonly allErrors: boolean }): Ajv2020 {
  // What is validated was parsed from text, so defaults may be filled in.
  const ajv = new Ajv2020({ ...options, useDefaults: true, strict: false, verbose: true, addUsedSchema: false })
  ajvFormats.default(ajv)
  return ajv
}

function issueOf(error: ErrorObject): { message: string; path: string[] } {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer)
  const { missingProperty, additionalProperty } = error.params as Readonly<Record<string, unknown>>
  if (typeof missingProperty === 'string') return { message: 'is required', path: [...path, missingProperty] }
  if (typeof additionalProperty === 'string') return { message: unknownKey(additionalProperty, error), path }
  return { message: error.message ?? 'is not legal', path }
}

function unknownKey(key: string, error: ErrorObject): string {
  const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {})
  return `there is no "${key}" here. ${didYouMean(nearest(key, known))}`.trim()
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
