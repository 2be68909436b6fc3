import type { InputPart, Operation } from '@modkit/core/spi'
import { toJsonSchema } from '../schema/to-json-schema.js'

/** Whether the document would have names for parts of the operation's schemas. */
export function namesSchemas(operation: Operation): boolean {
  const { inputs, responses, route } = operation
  return (
    (Object.keys(inputs) as InputPart[]).some((part) => {
      const schema = inputs[part]
      return schema !== undefined && refers(toJsonSchema(schema, 'input', { route, part }))
    }) ||
    responses.some(
      ({ schema, status }) =>
        schema !== undefined && refers(toJsonSchema(schema, 'output', { route, part: `response ${String(status)}` })),
    )
  )
}

/** Whether some part refers to another one, which then needs a name. */
function refers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(refers)
  for (const key in value) {
    if (key === '$ref' || key === '$defs' || refers((value as Readonly<Record<string, unknown>>)[key])) return true
  }
  return false
}
