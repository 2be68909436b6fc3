import type { HostError } from '@modkit/core'
import type { Operation } from '@modkit/core/spi'
import type { DocumentSettings } from '../gateway-config.js'
import { inTurns } from '../in-turns.js'
import { ComponentStore } from './component-store.js'
import { documentPaths, indistinctPaths, type DocumentPath } from './document-paths.js'
import { duplicateIds, operationIds } from './operation-ids.js'
import { BEARER_SCHEME, operationObject } from './operation-object.js'
import { bringsDefinitions, schemasOf } from './operation-schemas.js'
import { problemSchema } from './problem-schema.js'
import { documentTags } from './tags.js'

/**
 * The OpenAPI 3.1 document of operations without {@link documentProblems}. The same operations give the same document, in
 * whichever order they come.
 */
export async function openApiDocument(operations: readonly Operation[], info: DocumentSettings): Promise<object> {
  const paths = documentPaths(operations)
  const ids = operationIds(paths.flatMap(({ operations }) => operations))
  const components = new ComponentStore()
  await inTurns(operations, (operation) => declareSchemas(operation, components))
  const written = await inTurns(paths, (path) => [path.text, pathItem(path, { components, ids })] as const)
  const { title, version, description, servers } = info
  return {
    openapi: '3.1.0',
    info: { title, version, ...(description !== undefined && { description }) },
    ...(servers.length > 0 && { servers: servers.map((url) => ({ url })) }),
    tags: documentTags(operations),
    paths: Object.fromEntries(written),
    components: {
      schemas: { Problem: problemSchema, ...components.schemas },
      securitySchemes: { [BEARER_SCHEME]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}

/**
 * Everything that keeps the document from being made, found without making it: most operations say nothing that others
 * could contradict. `ROUTE_CONFLICT` for operation ids and for paths that OpenAPI cannot tell apart, `ROUTE_INVALID` for a
 * schema name that one module uses for two things.
 */
export function documentProblems(operations: readonly Operation[]): HostError[] {
  const components = new ComponentStore()
  return [
    ...duplicateIds(operations),
    ...indistinctPaths(operations),
    ...operations.filter(bringsDefinitions).flatMap((operation) => declareSchemas(operation, components)),
  ]
}

function declareSchemas(operation: Operation, components: ComponentStore): HostError[] {
  return schemasOf(operation).flatMap(({ schema, use }) => components.declare(schema, use))
}

interface PathItemOptions {
  readonly components: ComponentStore
  readonly ids: ReadonlyMap<Operation, string>
}

function pathItem({ operations, parameters }: DocumentPath, { components, ids }: PathItemOptions): object {
  return Object.fromEntries(
    operations.map((operation) => {
      const operationId = ids.get(operation) ?? operation.route
      return [operation.method, operationObject(operation, { operationId, components, pathParameters: parameters })]
    }),
  )
}
