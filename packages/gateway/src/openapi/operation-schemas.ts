import type { InputPart, Operation, ResponseDeclaration } from '@modkit/core/spi'
import type { JsonSchemaObject } from '../schema/json-schema.js'
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

export interface ParameterSchema extends UsedSchema {
  readonly name: string
  readonly isRequired: boolean
}

/** One schema for each parameter: the properties of what the operation declares for the part. */
export function parameterSchemas(operation: Operation, part: ParameterPart): ParameterSchema[] {
  const used = inputSchema(operation, part)
  if (used === undefined) return []
  const { properties = {}, required = [], $defs, definitions } = rootOf(used.schema)
  const brought = { ...($defs !== undefined && { $defs }), ...(definitions !== undefined && { definitions }) }
  return Object.entries(properties as Readonly<Record<string, JsonSchemaObject>>).map(([name, property]) => ({
    name,
    isRequired: part === 'params' || (required as readonly string[]).includes(name),
    schema: { ...property, ...brought },
    use: used.use,
  }))
}

/** What the body may be; none where the operation takes none. */
export function bodySchemas(operation: Operation): UsedSchema[] {
  const used = inputSchema(operation, 'body')
  return used === undefined ? [] : [used]
}

/** One schema for each field of a form. */
export function fieldSchemas({ openBody, route, owner }: Operation): (UsedSchema & { readonly name: string })[] {
  const fields = openBody?.kind === 'form' ? (openBody.parts.fields ?? {}) : {}
  return Object.entries(fields).map(([name, schema]) => {
    const part = `body/${name}`
    const use = { module: owner.module, route, part, direction: 'input' } as const
    return { name, schema: toJsonSchema(schema, 'input', { route, part }), use }
  })
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

/** The object that the parameters are the properties of, also where the root only refers to it. */
function rootOf(schema: JsonSchemaObject): JsonSchemaObject {
  const { $ref, $defs } = schema
  const name = typeof $ref === 'string' ? $ref.replace('#/$defs/', '') : undefined
  const target = name === undefined ? undefined : ($defs as Record<string, JsonSchemaObject> | undefined)?.[name]
  return target ? { ...target, $defs } : schema
}
