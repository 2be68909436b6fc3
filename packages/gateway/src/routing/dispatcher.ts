import type { CorsPolicy } from '../cors/cors-policy.js'
import type { Exchange } from '../exchange/exchange.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import type { Destination, Router } from './router.js'

export interface DispatchOptions {
  readonly router: Router
  readonly cors: CorsPolicy | undefined
}

/**
 * Answers every request whose path some operation owns, whatever its method and encoding: such a path never falls
 * through to a mount, which would know nothing of the operation's policy.
 *
 * @returns false where nothing was done, because nobody owns the path
 */
export function dispatch(exchange: Exchange, { router, cors }: DispatchOptions): boolean {
  const { method = 'GET', url = '/' } = exchange.request
  if (method === 'OPTIONS' && answeredWithoutRoute(exchange, cors)) return true
  const destination = router.find(method, url)
  if (destination === undefined) return false
  answer(exchange, destination)
  return true
}

/** What is asked about the server as a whole, and what browsers ask before they send the real request. */
function answeredWithoutRoute(exchange: Exchange, cors: CorsPolicy | undefined): boolean {
  const { url, headers } = exchange.request
  const { origin, 'access-control-request-headers': requested } = headers
  if (cors && origin !== undefined && headers['access-control-request-method'] !== undefined) {
    exchange.addHeaders(cors.preflightHeaders(origin, requested))
    exchange.send(204, undefined)
    return true
  }
  if (url !== '*') return false
  // About the server as a whole there is nothing to say.
  exchange.send(204, undefined)
  return true
}

function answer(exchange: Exchange, destination: NonNullable<Destination>): void {
  switch (destination.kind) {
    case 'route':
      destination.route.serve(exchange, destination)
      return
    case 'bad-encoding':
      exchange.refuse(gatewayProblems.badEncoding())
      return
    case 'other-methods':
      if (exchange.request.method === 'OPTIONS')
        exchange.send(204, undefined, { allow: destination.allowed.join(', ') })
      else exchange.refuse(gatewayProblems.methodNotAllowed(destination.allowed))
  }
}
