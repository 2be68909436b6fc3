import { HostError } from '@modkit/core'
import type { Operation } from '@modkit/core/spi'
import type { GatewaySettings } from './gateway-config.js'
import { documentProblems } from './openapi/document.js'
import { LazyTimers } from './operation/lazy-timers.js'
import { OperationRoute, type OperationEnvironment } from './operation/operation-route.js'
import { ownRoutes, reservedPaths, type OwnRoutesOptions } from './own-routes.js'
import { attempt, type RouteCollector } from './route-collector.js'
import { routeConflicts } from './routing/route-conflicts.js'
import { Router } from './routing/router.js'

/** What the routes of a gateway need. */
export interface GatewayRoutesOptions
  extends OwnRoutesOptions, Omit<OperationEnvironment, keyof GatewaySettings | 'timers'> {}

/** Everything that the modules declared, and the gateway's own endpoints, checked against each other and ready to serve. */
export class GatewayRoutes {
  readonly router = new Router()
  /** Of the modules' operations, in the order of their declaration. */
  readonly operations: readonly OperationRoute[]

  /** @throws HostError for everything that is wrong: the one problem, or `ROUTES_INVALID` with all of them */
  constructor(collector: RouteCollector, options: GatewayRoutesOptions) {
    const problems: HostError[] = []
    const operations = collector.takeOperations(problems)
    const { bodyLimitBytes, mostBodyValues, handlerTimeoutMs, rateLimit, keepAliveMs } = options.settings
    const timers = new LazyTimers(options.clock)
    const limits = { bodyLimitBytes, mostBodyValues, handlerTimeoutMs, rateLimit }
    const environment = { ...options, ...limits, timers, keepAliveMs }
    const routes = operations.map((operation) => attempt(() => new OperationRoute(operation, environment), problems))
    const own = ownRoutes(operations, options)
    const reserved = reservedPaths(options.settings)
    problems.push(...routeConflicts({ operations, mounts: collector.mounts, reserved }))
    problems.push(...missingAuthenticator(operations, options))
    // An operation that cannot be served is in no document either.
    if (options.settings.servesDocument)
      problems.push(...documentProblems(operations.filter((_, index) => routes[index] !== undefined)))
    if (problems.length > 0) throw summaryOf(problems)
    for (const { path, route } of own) this.router.add('get', path, route)
    this.operations = routes.filter((route) => route !== undefined)
    for (const route of this.operations) this.router.add(route.operation.method, route.operation.path, route)
  }
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
