import type { Operation, PathTemplate } from '@modkit/core/spi'
import type { GatewaySettings } from '../gateway-config.js'
import { ComponentStore } from './component-store.js'
import { claimedIds, operationIds } from './operation-ids.js'
import { namesSchemas } from './named-schemas.js'
import { BEARER_SCHEME, operationObject } from './operation-object.js'
import { problemSchema } from './problem-schema.js'

/**
 * The OpenAPI 3.1 document of all operations, paths sorted.
 *
 * @throws HostError `ROUTE_CONFLICT` for an operation id that is claimed twice, `ROUTE_INVALID` for a schema name that one
 * module uses for two things
 */
export function openApiDocument(operations: readonly Operation[], info: GatewaySettings['document']): object {
  const ids = operationIds(operations)
  const components = new ComponentStore()
  const paths = new Map<string, Record<string, object>>()
  for (const operation of operations) {
    const path = documentPath(operation.path)
    const item = paths.get(path) ?? {}
    item[operation.method] = operationObject(operation, ids.get(operation) ?? operation.route, components)
    paths.set(path, item)
  }
  const { title, version, description } = info
  return {
    openapi: '3.1.0',
    info: { title, version, ...(description !== undefined && { description }) },
    paths: Object.fromEntries([...paths].sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { Problem: problemSchema, ...components.schemas },
      securitySchemes: { [BEARER_SCHEME]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}

/**
 * Finds what would keep the document from being made, without making it: most operations say nothing that others could
 * contradict.
 *
 * @throws HostError as {@link openApiDocument} does
 */
export function assertDocumentable(operations: readonly Operation[]): void {
  claimedIds(operations)
  const components = new ComponentStore()
  for (const operation of operations)
    if (namesSchemas(operation)) operationObject(operation, operation.route, components)
}

/** OpenAPI has no word for a parameter that spans segments. */
function documentPath(path: PathTemplate): string {
  return path.text.replace('{*', '{')
}
