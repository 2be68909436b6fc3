import { ComposedSerializer } from './composed-serializer.js'
import { compileFast } from './fast-serializer.js'
import type { JsonSchemaObject } from '../json-schema.js'
import { needsComposing } from './needs-composing.js'

/** Makes the JSON text of an answer. */
export type ResponseSerializer = (value: unknown) => string

/**
 * Compiles the serializer of one response. What the schema does not declare is left out of the text; what has no JSON form
 * makes it throw. Of several choices it takes the first that fits as it is written; where none does, the first that fits
 * without what is not declared somewhere within it, and at last the first that fits without what is not declared at all.
 */
export function compileSerializer(schema: JsonSchemaObject): ResponseSerializer {
  const stringify = needsComposing(schema, schema) ? new ComposedSerializer(schema).of(schema) : compileFast(schema)
  return (value) => {
    const json = stringify(value)
    // Where a schema says nothing, this word is written for a function or a symbol, and the text is no JSON.
    if (json.includes('undefined')) JSON.parse(json)
    return json
  }
}
