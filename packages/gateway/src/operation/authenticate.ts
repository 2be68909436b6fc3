import { HostError, Problem, type Authenticator, type SecurityContext } from '@modkit/core'
import { isPromiseLike, type Operation } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import { gatewayProblems } from '../problem/gateway-problems.js'

const EVERY_SCOPE = '*'

/**
 * Who is calling, for an operation that wants to know.
 *
 * @throws Problem 401 without an identity, 403 without a scope that the operation names, 503 when nobody can tell
 */
export function authenticate(
  operation: Operation,
  exchange: Exchange,
  authenticator: Authenticator | undefined,
): SecurityContext | Promise<SecurityContext> {
  if (authenticator === undefined)
    throw gatewayProblems.authenticatorUnavailable(
      new HostError('AUTHENTICATOR_MISSING', { operations: [operation.route] }),
    )
  const identity = identify(exchange, authenticator)
  if (!isPromiseLike(identity)) return authorise(identity, operation)
  return Promise.resolve(identity).then(
    (security) => authorise(security, operation),
    (error: unknown) => {
      throw unidentified(error)
    },
  )
}

type Identity = SecurityContext | null | PromiseLike<SecurityContext | null>

function identify(exchange: Exchange, authenticator: Authenticator): Identity {
  const { method = 'GET', url = '/', headers } = exchange.request
  try {
    return authenticator.authenticate({ method, url, headers, signal: exchange.signal })
  } catch (error) {
    throw unidentified(error)
  }
}

function unidentified(error: unknown): Problem {
  return Problem.is(error) ? error : gatewayProblems.authenticatorUnavailable(error)
}

function authorise(security: SecurityContext | null, { auth }: Operation): SecurityContext {
  if (security === null) throw gatewayProblems.unauthenticated()
  const scopes = auth.kind === 'authenticated' ? auth.scopes : []
  const mayCall = security.scopes.includes(EVERY_SCOPE) || scopes.every((scope) => security.scopes.includes(scope))
  if (!mayCall) throw gatewayProblems.forbidden(scopes)
  return security
}
