import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '@modkit/core'
import { Exchange } from '../exchange/exchange.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import type { Destination, Router } from './router.js'

/**
 * Answers every request whose path some operation owns, whatever its method and encoding: such a path never falls
 * through to a mount, which would know nothing of the operation's policy.
 *
 * @returns false where nothing was done, because nobody owns the path
 */
export function dispatch(request: IncomingMessage, response: ServerResponse, options: DispatchOptions): boolean {
  const { router, logger } = options
  if (request.url === '*') {
    // About the server as a whole there is nothing to say.
    new Exchange(request, response, logger).send(204, undefined)
    return true
  }
  const destination = router.find(request.method ?? 'GET', request.url ?? '/')
  if (destination === undefined) return false
  answer(new Exchange(request, response, logger), destination)
  return true
}

export interface DispatchOptions {
  readonly router: Router
  readonly logger: Logger
}

function answer(exchange: Exchange, destination: NonNullable<Destination>): void {
  switch (destination.kind) {
    case 'route':
      destination.route.serve(exchange, destination.match)
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
