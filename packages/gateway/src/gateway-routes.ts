import { HostError, type HostStatus } from '@modkit/core'
import { parsePathTemplate, type Operation, type PathTemplate } from '@modkit/core/spi'
import type { GatewaySettings } from './gateway-config.js'
import { livePath, liveRoute, readyPaths, readyRoute } from './health/health-routes.js'
import { assertDocumentable, openApiDocument } from './openapi/document.js'
import { documentPath, documentRoute } from './openapi/document-route.js'
import { OperationRoute, type OperationEnvironment } from './operation/operation-route.js'
import { attempt, type RouteCollector } from './route-collector.js'
import { routeConflicts, type ReservedPath } from './routing/route-conflicts.js'
import { Router, type Route } from './routing/router.js'

const OWN_MODULE = 'api-gateway'

/** What the routes of a gateway need. */
export interface GatewayRoutesOptions extends Omit<OperationEnvironment, keyof GatewaySettings> {
  readonly settings: GatewaySettings
  readonly status: HostStatus
}

interface OwnRoute {
  readonly path: string
  readonly route: Route
}

/** Everything that the modules declared, and the gateway's own endpoints, checked against each other and ready to serve. */
export class GatewayRoutes {
  readonly router = new Router()
  /** Of the modules' operations, in the order of their declaration. */
  readonly operations: readonly OperationRoute[]

  /** @throws HostError for everything that is wrong: the one problem, or `ROUTES_INVALID` with all of them */
  constructor(collector: RouteCollector, options: GatewayRoutesOptions) {
    const problems: HostError[] = []
    const operations = collector.takeOperations(problems)
    const { bodyLimitBytes, handlerTimeoutMs, rateLimit, keepAliveMs } = options.settings
    const environment = { ...options, bodyLimitBytes, handlerTimeoutMs, rateLimit, keepAliveMs }
    const routes = operations.map((operation) => attempt(() => new OperationRoute(operation, environment), problems))
    const reserved = reservedPaths(options.settings)
    problems.push(...routeConflicts({ operations, mounts: collector.mounts, reserved }))
    problems.push(...missingAuthenticator(operations, options))
    if (problems.length > 0) throw summaryOf(problems)
    const own = [...healthRoutes(options), ...documentRoutes(operations, options.settings)]
    for (const { path, route } of own) this.router.add('get', template(path), route)
    this.operations = routes.filter((route) => route !== undefined)
    for (const route of this.operations) this.router.add(route.operation.method, route.operation.path, route)
  }
}

/** What the gateway answers itself, whether modules like it or not. */
function reservedPaths({ servesDocument }: GatewaySettings): ReservedPath[] {
  const paths = [...readyPaths, livePath, ...(servesDocument ? [documentPath] : [])]
  return paths.map((path) => ({ path: template(path), module: OWN_MODULE }))
}

function healthRoutes({ status, clock }: GatewayRoutesOptions): OwnRoute[] {
  const ready = readyRoute(status, clock)
  return [...readyPaths.map((path) => ({ path, route: ready })), { path: livePath, route: liveRoute(status) }]
}

function documentRoutes(operations: readonly Operation[], settings: GatewaySettings): OwnRoute[] {
  if (!settings.servesDocument) return []
  assertDocumentable(operations)
  return [{ path: documentPath, route: documentRoute(() => openApiDocument(operations, settings.document)) }]
}

function missingAuthenticator(operations: readonly Operation[], { authenticator }: GatewayRoutesOptions): HostError[] {
  const closed = operations.filter(({ auth }) => auth.kind === 'authenticated').map(({ route }) => route)
  if (closed.length === 0 || authenticator() !== undefined) return []
  return [new HostError('AUTHENTICATOR_MISSING', { operations: closed })]
}

function summaryOf(problems: readonly HostError[]): HostError {
  const [only] = problems
  return only !== undefined && problems.length === 1 ? only : new HostError('ROUTES_INVALID', { problems })
}

/** A path of the gateway's own, which is legal. */
function template(path: string): PathTemplate {
  const parsed = parsePathTemplate(path)
  if ('reason' in parsed) throw new TypeError(`${path}: ${parsed.reason}`)
  return parsed.template
}
