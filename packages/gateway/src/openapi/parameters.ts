import { parameterNames, type Operation } from '@modkit/core/spi'
import type { ComponentStore } from './component-store.js'
import { PARAMETER_PARTS, parameterSchemas, type ParameterPart } from './operation-schemas.js'

/** What OpenAPI calls the parts of a request. */
const PLACES = { params: 'path', query: 'query', headers: 'header' } as const satisfies Record<ParameterPart, string>

const ANY_TEXT = { type: 'string' } as const

export interface ParametersOptions {
  readonly components: ComponentStore
  /** What the document calls the parameters of the path, in order. */
  readonly pathParameters: readonly string[]
}

/** The parameters of an operation as OpenAPI 3.1 says them. */
export function parametersOf(operation: Operation, { components, pathParameters }: ParametersOptions): object[] {
  const ownNames = parameterNames(operation.path)
  const named = (part: ParameterPart, name: string): string =>
    part === 'params' ? (pathParameters[ownNames.indexOf(name)] ?? name) : name
  const declared = PARAMETER_PARTS.flatMap((part) =>
    parameterSchemas(operation, part).map(({ name, isRequired, schema, use }) => ({
      name: named(part, name),
      in: PLACES[part],
      required: isRequired,
      ...(typeof schema['description'] === 'string' && { description: schema['description'] }),
      schema: components.localize(schema, use),
    })),
  )
  if (operation.inputs.params) return declared
  return [...pathParameters.map((name) => ({ name, in: 'path', required: true, schema: ANY_TEXT })), ...declared]
}
