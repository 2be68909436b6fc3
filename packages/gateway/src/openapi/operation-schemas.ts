import type { RestSchema } from '@modkit/core'
import type { InputPart, Operation, ResponseDeclaration } from '@modkit/core/spi'
import type { JsonSchemaObject } from '../schema/json-schema.js'
import { referenced } from '../schema/dereference.js'
import { propertiesOf } from '../schema/object-properties.js'
import { toJsonSchema } from '../schema/to-json-schema.js'
import type { SchemaUse } from './component-store.js'

/** A schema as the document says it, and where it stands. */
export interface UsedSchema {
  readonly schema: JsonSchemaObject
  readonly use: SchemaUse
}

/** Everything of an operation that the document has a schema for. */
export function schemasOf(operation: Operation): UsedSchema[] {
  return [
    ...PARAMETER_PARTS.flatMap((part) => parameterSchemas(operation, part).map(({ schema, use }) => ({ schema, use }))),
    ...bodySchemas(operation),
    ...fieldSchemas(operation).map(({ schema, use }) => ({ schema, use })),
    ...operation.responses.flatMap((response) => responseSchemas(operation, response)),
  ]
}

/** Whether some schema of the operation brings definitions along, whose names others could contradict. */
export function bringsDefinitions(operation: Operation): boolean {
  const { inputs, responses } = operation
  const parts = Object.keys(inputs) as InputPart[]
  return (
    parts.some((part) => hasDefinitions(inputSchema(operation, part))) ||
    fieldSchemas(operation).some(hasDefinitions) ||
    responses.some((response) => hasDefinitions(responseSchemas(operation, response)[0]))
  )
}

function hasDefinitions(used: UsedSchema | undefined): boolean {
  return used !== undefined && ('$defs' in used.schema || 'definitions' in used.schema)
}

/** The parts of a request that become parameters. */
export const PARAMETER_PARTS = ['params', 'query', 'headers'] as const

export type ParameterPart = (typeof PARAMETER_PARTS)[number]

/** The schema of what comes under a name of its own. */
export interface NamedSchema extends UsedSchema {
  readonly name: string
  readonly isRequired: boolean
}

/** One schema for each parameter: the properties of what the operation declares for the part. */
export function parameterSchemas(operation: Operation, part: ParameterPart): NamedSchema[] {
  const used = inputSchema(operation, part)
  if (used === undefined) return []
  const { $defs, definitions } = used.schema
  const brought = { ...($defs !== undefined && { $defs }), ...(definitions !== undefined && { definitions }) }
  return [...propertiesOf(used.schema)].map(([name, property]) => ({
    name,
    isRequired: part === 'params' || property.isRequired,
    schema: { ...alone(property.schema, used.schema), ...brought },
    use: used.use,
  }))
}

/** A parameter's own document has no siblings that it could refer to. */
function alone(schema: JsonSchemaObject, root: JsonSchemaObject): JsonSchemaObject {
  const { $ref } = schema
  const isOfSibling = typeof $ref === 'string' && $ref.startsWith('#/properties/')
  return (isOfSibling ? referenced(schema, root) : undefined) ?? schema
}

/** What the body may be; none where the operation takes none. */
export function bodySchemas(operation: Operation): UsedSchema[] {
  const used = inputSchema(operation, 'body')
  return used === undefined ? [] : [used]
}

/** One schema for each field of a form. */
export function fieldSchemas({ openBody, route, owner }: Operation): NamedSchema[] {
  const fields = openBody?.kind === 'form' ? (openBody.parts.fields ?? {}) : {}
  return Object.entries(fields).map(([name, schema]) => {
    const part = `body/${name}`
    const use = { module: owner.module, route, part, direction: 'input' } as const
    return { name, isRequired: !mayBeMissing(schema), schema: toJsonSchema(schema, 'input', { route, part }), use }
  })
}

/** Whether a schema takes what has not come, as its validation says: its JSON form cannot. */
function mayBeMissing(schema: RestSchema): boolean {
  try {
    const validated = schema['~standard'].validate(undefined)
    // What only a promise will say is not waited for: a document may require less than the operation, but not more.
    if (!(validated instanceof Promise)) return validated.issues === undefined
    validated.catch(() => undefined)
    return true
  } catch {
    // It does not take it, whatever it says about that.
    return false
  }
}

/** What a response may be; none where it has no schema. */
export function responseSchemas(operation: Operation, { schema, status }: ResponseDeclaration): UsedSchema[] {
  if (schema === undefined) return []
  const { route, owner } = operation
  const part = `response ${String(status)}`
  const use = { module: owner.module, route, part, direction: 'output' } as const
  return [{ schema: toJsonSchema(schema, 'output', { route, part }), use }]
}

function inputSchema({ inputs, route, owner }: Operation, part: InputPart): UsedSchema | undefined {
  const schema = inputs[part]
  if (schema === undefined) return undefined
  const use = { module: owner.module, route, part, direction: 'input' } as const
  return { schema: toJsonSchema(schema, 'input', { route, part }), use }
}
