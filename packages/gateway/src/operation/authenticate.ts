import { HostError, Problem, type AuthenticationRequest, type Authenticator, type SecurityContext } from '@modkit/core'
import { frozenSecurity } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import { gatewayProblems } from '../problem/gateway-problems.js'

const EVERY_SCOPE = '*'
const AUTHORIZATION = 'authorization'

/** What an operation asks of its callers. */
export interface CallerDemand {
  readonly route: string
  readonly scopes: readonly string[]
}

/**
 * Who is calling, for an operation that wants to know; frozen.
 *
 * @throws TypeError where what the authenticator says is no security context; Problem 401 without an identity, 403 without a
 * scope that the operation names, 503 when nobody can tell
 */
export async function authenticate(
  exchange: Exchange,
  authenticator: Authenticator | undefined,
  { route, scopes }: CallerDemand,
): Promise<SecurityContext> {
  if (authenticator === undefined)
    throw gatewayProblems.authenticatorUnavailable(new HostError('AUTHENTICATOR_MISSING', { operations: [route] }))
  const said = await identify(exchange, authenticator)
  if (said === null) throw gatewayProblems.unauthenticated()
  const security = frozenSecurity(said)
  const mayCall = security.scopes.includes(EVERY_SCOPE) || scopes.every((scope) => security.scopes.includes(scope))
  if (!mayCall) throw gatewayProblems.forbidden(scopes)
  return security
}

async function identify(exchange: Exchange, authenticator: Authenticator): Promise<SecurityContext | null> {
  // Node keeps the first and drops the others, and a proxy in front may have judged by another one.
  if (countAuthorizations(exchange.request.rawHeaders) > 1) throw gatewayProblems.credentialsAmbiguous()
  try {
    return await authenticator.authenticate(requestOf(exchange))
  } catch (error) {
    throw Problem.is(error) ? error : gatewayProblems.authenticatorUnavailable(error)
  }
}

function countAuthorizations(rawHeaders: readonly string[]): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) count++
  }
  return count
}

/** What an authenticator sees. The signal is made only for those who wait for something. */
function requestOf(exchange: Exchange): AuthenticationRequest {
  const { method = 'GET', url = '/', headers } = exchange.request
  return {
    method,
    url,
    headers,
    get signal() {
      return exchange.signal
    },
  }
}
