import type { RestSchema } from '@modkit/core'
import type { Static, TSchema } from 'typebox'
import { jsonSchema, type JsonSchemaObject } from './json-schema.js'

/** The type behind a TypeBox schema: of `typebox` 1, or of `@sinclair/typebox`, which carries it as `static`. */
export type TypeBoxStatic<T> = T extends { readonly static: infer Value }
  ? Value
  : T extends TSchema
    ? Static<T>
    : unknown

/** A TypeBox schema for operations and configurations, validated by Ajv. */
export function typebox<const T extends object>(schema: T): RestSchema<TypeBoxStatic<T>> {
  // A TypeBox schema is its JSON Schema.
  return jsonSchema<TypeBoxStatic<T>>(schema as JsonSchemaObject)
}
