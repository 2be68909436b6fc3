import type { RestSchema } from '@modkit/core'
import type { Static, TSchema } from 'typebox'
import { jsonSchema, type JsonSchemaObject } from './json-schema.js'
import { typeboxDocument } from './typebox-document.js'

/** The type behind a TypeBox schema: of `typebox` 1, or of `@sinclair/typebox`, which carries it as `static`. */
export type TypeBoxStatic<T> = T extends { readonly static: infer Value }
  ? Value
  : T extends TSchema
    ? Static<T>
    : unknown

/** A TypeBox schema for operations and configurations, validated by Ajv. */
// Without NoInfer the compiler asks where a schema is expected, as in `.body(typebox(…))`, for the type of every schema
// that TypeBox knows, which takes seconds.
export function typebox<const T extends object>(schema: T): RestSchema<NoInfer<TypeBoxStatic<T>>> {
  return jsonSchema<TypeBoxStatic<T>>(typeboxDocument(schema as JsonSchemaObject))
}
