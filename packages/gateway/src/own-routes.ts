import type { Clock, HostStatus, Logger } from '@modkit/core'
import { parsePathTemplate, type Operation, type PathTemplate } from '@modkit/core/spi'
import { assetsPath, explorerRoutes, pagePath } from './explorer/explorer-routes.js'
import type { GatewaySettings } from './gateway-config.js'
import { livePath, liveRoute, readyPaths, readyRoute, startupPath, startupRoute } from './health/health-routes.js'
import { openApiDocument } from './openapi/document.js'
import { documentRoutes, jsonPath, yamlPath } from './openapi/document-routes.js'
import type { ReservedPath } from './routing/route-conflicts.js'
import type { Route } from './routing/router.js'

export interface OwnRoutesOptions {
  readonly settings: GatewaySettings
  readonly status: HostStatus
  readonly clock: Clock
  readonly logger: Logger
}

export interface OwnRoute {
  readonly path: PathTemplate
  readonly route: Route
}

const OWN_MODULE = 'api-gateway'
const WITHOUT_DOCS = 'its configuration says enable_docs: false'

/** What the gateway answers itself, whether modules like it or not. */
export function ownRoutes(operations: readonly Operation[], options: OwnRoutesOptions): OwnRoute[] {
  const docs = options.settings.servesDocument ? docsRoutes(operations, options) : []
  return [...healthRoutes(options), ...docs].map(({ path, route }) => ({ path: template(path), route }))
}

/** The paths of {@link ownRoutes}, which modules cannot have. */
export function reservedPaths({ servesDocument }: GatewaySettings): ReservedPath[] {
  const health = { module: OWN_MODULE, reach: 'exact' } as const
  const docs = { ...health, remedy: WITHOUT_DOCS }
  const documents = [jsonPath, yamlPath, pagePath].map((path) => ({ ...docs, path: template(path) }))
  const assets = { ...docs, path: template(assetsPath), reach: 'below' } as const
  return [
    ...[...readyPaths, livePath, startupPath].map((path) => ({ ...health, path: template(path) })),
    ...(servesDocument ? [...documents, assets] : []),
  ]
}

interface RouteAt {
  readonly path: string
  readonly route: Route
}

function healthRoutes({ status, clock, settings }: OwnRoutesOptions): RouteAt[] {
  const { healthCacheMs, healthTimeoutMs } = settings
  const ready = readyRoute({ status, clock, cacheMs: healthCacheMs, timeoutMs: healthTimeoutMs })
  return [
    ...readyPaths.map((path) => ({ path, route: ready })),
    { path: livePath, route: liveRoute(status) },
    { path: startupPath, route: startupRoute(status) },
  ]
}

function docsRoutes(operations: readonly Operation[], { settings, logger }: OwnRoutesOptions): RouteAt[] {
  const { title, servers } = settings.document
  const { json, yaml } = documentRoutes(() => openApiDocument(operations, settings.document))
  return [
    { path: jsonPath, route: json },
    { path: yamlPath, route: yaml },
    ...explorerRoutes({ title, servers, operationCount: operations.length, logger }),
  ]
}

/** A path of the gateway's own, which is legal. */
function template(path: string): PathTemplate {
  const parsed = parsePathTemplate(path)
  if ('reason' in parsed) throw new TypeError(`${path}: ${parsed.reason}`)
  return parsed.template
}
