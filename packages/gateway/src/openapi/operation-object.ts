import type { Operation } from '@modkit/core/spi'
import { limitExtensions } from './limit-extensions.js'
import { parametersOf, type ParametersOptions } from './parameters.js'
import { requestBodyOf } from './request-body.js'
import { responsesOf } from './responses.js'
import { tagsOf } from './tags.js'

/** How the document names the one way to prove an identity. */
export const BEARER_SCHEME = 'bearerAuth'

export interface OperationObjectOptions extends ParametersOptions {
  readonly operationId: string
}

/** One operation as OpenAPI 3.1 says it. */
export function operationObject(operation: Operation, options: OperationObjectOptions): object {
  const { summary, description, deprecated, auth } = operation
  const parameters = parametersOf(operation, options)
  const requestBody = requestBodyOf(operation, options.components)
  return {
    operationId: options.operationId,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    tags: tagsOf(operation),
    ...(deprecated && { deprecated }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: responsesOf(operation, options.components),
    ...(auth.kind === 'authenticated' && { security: [{ [BEARER_SCHEME]: auth.scopes }] }),
    ...limitExtensions(operation),
  }
}
