import { parameterNames, type InputPart, type Operation } from '@modkit/core/spi'
import type { JsonSchemaObject } from '../schema/json-schema.js'
import { toJsonSchema } from '../schema/to-json-schema.js'
import type { ComponentStore } from './component-store.js'

/** The parts of a request that become parameters, and what OpenAPI calls them. */
const PLACES = { params: 'path', query: 'query', headers: 'header' } as const

type ParameterPart = Exclude<InputPart, 'body'>

/** The parameters of an operation as OpenAPI 3.1 says them. */
export function parametersOf(operation: Operation, components: ComponentStore): object[] {
  const parts = ['params', 'query', 'headers'] as const
  const declared = parts.flatMap((part) => declaredParameters(operation, part, components))
  if (operation.inputs.params) return declared
  const schema = { type: 'string' }
  return [...parameterNames(operation.path).map((name) => ({ name, in: 'path', required: true, schema })), ...declared]
}

function declaredParameters(operation: Operation, part: ParameterPart, components: ComponentStore): object[] {
  const schema = operation.inputs[part]
  if (!schema) return []
  const { route, owner } = operation
  const { properties = {}, required = [], $defs } = rootOf(toJsonSchema(schema, 'input', { route, part }))
  return Object.entries(properties as Record<string, JsonSchemaObject>).map(([name, property]) => ({
    name,
    in: PLACES[part],
    required: part === 'params' || (required as string[]).includes(name),
    ...(typeof property['description'] === 'string' && { description: property['description'] }),
    schema: components.localize(usedDefinitions(property, $defs), { module: owner.module, route, direction: 'input' }),
  }))
}

/** Only a property that refers to definitions brings them along. */
function usedDefinitions(property: JsonSchemaObject, definitions: unknown): JsonSchemaObject {
  return JSON.stringify(property).includes('"$ref"') ? { ...property, $defs: definitions ?? {} } : property
}

/** The object that the parameters are the properties of, also where the root only refers to it. */
function rootOf(schema: JsonSchemaObject): JsonSchemaObject {
  const { $ref, $defs } = schema
  const name = typeof $ref === 'string' ? $ref.replace('#/$defs/', '') : undefined
  const target = name === undefined ? undefined : ($defs as Record<string, JsonSchemaObject> | undefined)?.[name]
  return target ? { ...target, $defs } : schema
}
