import { HostError, Problem, type Authenticator, type SecurityContext } from '@modkit/core'
import type { Operation } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import { gatewayProblems } from '../problem/gateway-problems.js'

const EVERY_SCOPE = '*'

/**
 * Who is calling, for an operation that wants to know.
 *
 * @throws Problem 401 without an identity, 403 without a scope that the operation names, 503 when nobody can tell
 */
export async function authenticate(
  operation: Operation,
  exchange: Exchange,
  authenticator: Authenticator | undefined,
): Promise<SecurityContext | undefined> {
  if (operation.auth.kind === 'public') return undefined
  if (authenticator === undefined)
    throw gatewayProblems.authenticatorUnavailable(
      new HostError('AUTHENTICATOR_MISSING', { operations: [operation.route] }),
    )
  const security = await identify(exchange, authenticator)
  if (security === null) throw gatewayProblems.unauthenticated()
  const { scopes } = operation.auth
  const mayCall = security.scopes.includes(EVERY_SCOPE) || scopes.every((scope) => security.scopes.includes(scope))
  if (!mayCall) throw gatewayProblems.forbidden(scopes)
  return security
}

async function identify(exchange: Exchange, authenticator: Authenticator): Promise<SecurityContext | null> {
  const { method = 'GET', url = '/', headers } = exchange.request
  try {
    return await authenticator.authenticate({ method, url, headers, signal: exchange.signal })
  } catch (error) {
    throw Problem.is(error) ? error : gatewayProblems.authenticatorUnavailable(error)
  }
}
