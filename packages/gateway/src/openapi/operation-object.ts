import { STATUS_CODES } from 'node:http'
import type { RestSchema } from '@modkit/core'
import type { Operation, ResponseDeclaration } from '@modkit/core/spi'
import { toJsonSchema, type Direction } from '../schema/to-json-schema.js'
import type { ComponentStore, SchemaUse } from './component-store.js'
import { parametersOf } from './parameters.js'
import { problemContent } from './problem-schema.js'

/** How the document names the one way to prove an identity. */
export const BEARER_SCHEME = 'bearerAuth'

/** One operation as OpenAPI 3.1 says it. */
export function operationObject(operation: Operation, operationId: string, components: ComponentStore): object {
  const { summary, description, tags, deprecated, owner, auth, inputs } = operation
  return {
    operationId,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    tags: tags.length > 0 ? tags : [owner.module],
    ...(deprecated && { deprecated }),
    parameters: parametersOf(operation, components),
    ...(inputs.body && { requestBody: requestBody(operation, inputs.body, components) }),
    responses: responsesOf(operation, components),
    ...(auth.kind === 'authenticated' && { security: [{ [BEARER_SCHEME]: auth.scopes }] }),
  }
}

function requestBody(operation: Operation, schema: RestSchema, components: ComponentStore): object {
  const document = toJsonSchema(schema, 'input', { route: operation.route, part: 'body' })
  const content = { 'application/json': { schema: components.localize(document, useOf(operation, 'input')) } }
  return { required: true, content }
}

function responsesOf(operation: Operation, components: ComponentStore): object {
  const problems = operation.problems.map(({ status, description }): [string, object] => [
    String(status),
    { description: description ?? wordsOf(status), content: problemContent },
  ])
  const responses = operation.responses.map((response): [string, object] => [
    String(response.status),
    {
      description: response.description ?? wordsOf(response.status),
      ...contentOf(operation, response, components),
    },
  ])
  return Object.fromEntries<object>([...problems, ...responses])
}

function contentOf(operation: Operation, response: ResponseDeclaration, components: ComponentStore): object {
  const { schema, status, contentType } = response
  if (!schema) return {}
  const document = toJsonSchema(schema, 'output', { route: operation.route, part: `response ${String(status)}` })
  return { content: { [contentType]: { schema: components.localize(document, useOf(operation, 'output')) } } }
}

function useOf({ owner, route }: Operation, direction: Direction): SchemaUse {
  return { module: owner.module, route, direction }
}

function wordsOf(status: number): string {
  return STATUS_CODES[status] ?? String(status)
}
