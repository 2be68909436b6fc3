import type { RestSchema } from '@modkit/core'
import { expectTypeOf } from 'expect-type'
import Type from 'typebox'
import { jsonSchema } from './json-schema.js'
import { typebox } from './typebox.js'

expectTypeOf(typebox(Type.Object({ id: Type.String(), age: Type.Optional(Type.Integer()) }))).toEqualTypeOf<
  RestSchema<{ id: string; age?: number }>
>()

// A schema of @sinclair/typebox carries its type.
declare const older: { readonly type: 'object'; readonly static: { id: string } }
expectTypeOf(typebox(older)).toEqualTypeOf<RestSchema<{ id: string }>>()

expectTypeOf(jsonSchema<string>({ type: 'string' })).toEqualTypeOf<RestSchema<string>>()
