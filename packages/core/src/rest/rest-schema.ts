import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'

/**
 * A schema that can both validate and say its JSON Schema: zod 4 as it is, valibot through `toStandardJsonSchema`,
 * TypeBox and plain JSON Schema through `typebox()` and `jsonSchema()` of `@modkit/gateway`.
 */
export type RestSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output> &
  StandardJSONSchemaV1<Input, Output>

/** What a schema accepts. */
export type SchemaInput<T extends RestSchema> = StandardSchemaV1.InferInput<T>

/** What a schema yields. */
export type SchemaOutput<T extends RestSchema> = StandardSchemaV1.InferOutput<T>
