import { HostError, Problem, type AuthenticationRequest, type Authenticator, type SecurityContext } from '@modkit/core'
import { frozenSecurity, isPromiseLike } from '@modkit/core/spi'
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
export function authenticate(
  exchange: Exchange,
  authenticator: Authenticator | undefined,
  demand: CallerDemand,
): SecurityContext | Promise<SecurityContext> {
  if (authenticator === undefined)
    throw gatewayProblems.authenticatorUnavailable(
      new HostError('AUTHENTICATOR_MISSING', { operations: [demand.route] }),
    )
  const said = identify(exchange, authenticator)
  if (!isPromiseLike(said)) return authorise(said, demand)
  return Promise.resolve(said).then(
    (security) => authorise(security, demand),
    (error: unknown) => {
      throw unidentified(error)
    },
  )
}

type Identity = SecurityContext | null | PromiseLike<SecurityContext | null>

function identify(exchange: Exchange, authenticator: Authenticator): Identity {
  // Node keeps the first and drops the others, and a proxy in front may have judged by another one.
  if (countAuthorizations(exchange.request.rawHeaders) > 1) throw gatewayProblems.credentialsAmbiguous()
  try {
    return authenticator.authenticate(requestOf(exchange))
  } catch (error) {
    throw unidentified(error)
  }
}

function unidentified(error: unknown): Problem {
  return Problem.is(error) ? error : gatewayProblems.authenticatorUnavailable(error)
}

function authorise(said: SecurityContext | null, { scopes }: CallerDemand): SecurityContext {
  if (said === null) throw gatewayProblems.unauthenticated()
  const security = frozenSecurity(said)
  const mayCall = security.scopes.includes(EVERY_SCOPE) || scopes.every((scope) => security.scopes.includes(scope))
  if (!mayCall) throw gatewayProblems.forbidden(scopes)
  return security
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
