import type { RestSchema } from '@modkit/core'
import type { ErrorObject } from 'ajv'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { didYouMean, nearest } from '@modkit/core/spi'

/** A JSON Schema, draft 2020-12, that is an object. */
export type JsonSchemaObject = Readonly<Record<string, unknown>>

/**
 * Plain JSON Schema (draft 2020-12) as a schema for operations and configurations, validated by Ajv.
 *
 * Nothing ties the type to the document: `jsonSchema<User>({ type: 'object', ... })` is your word.
 */
export function jsonSchema<T>(schema: JsonSchemaObject): RestSchema<T> {
  let validator: ValidateFunction | undefined
  return Object.freeze({
    '~standard': Object.freeze({
      version: 1,
      vendor: 'modkit',
      validate: (value: unknown) => {
        validator ??= sharedAjv().compile(schema)
        // The caller of jsonSchema() answers for the type.
        return validator(value) ? { value: value as T } : { issues: (validator.errors ?? []).map(issueOf) }
      },
      jsonSchema: Object.freeze({ input: () => ({ ...schema }), output: () => ({ ...schema }) }),
    }),
  })
}

let ajv: Ajv2020 | undefined

/** One for all schemas: an instance of its own for each costs milliseconds. Loaded when the first schema is used. */
function sharedAjv(): Ajv2020 {
  if (ajv === undefined) {
    // Every field that is wrong is reported. What is validated was parsed from text, so defaults may be filled in.
    ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, verbose: true, addUsedSchema: false })
    ajvFormats.default(ajv)
  }
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
