import type { AuthenticationRequest, Authenticator, SecurityContext } from '@modkit/core'
import { bearerToken } from './bearer-token.js'
import { securityOf, type ClaimNames, type Claims } from './claim-names.js'
import { faultOf, tokenProblem } from './token-problems.js'
import type { TokenVerifier } from './token-verifier.js'

export interface JwtAuthenticatorOptions {
  readonly verifier: TokenVerifier
  readonly claims: ClaimNames
}

/** Takes the token of a request for its caller's word, once it has been verified. */
export class JwtAuthenticator implements Authenticator {
  readonly #verifier: TokenVerifier
  readonly #claims: ClaimNames

  constructor({ verifier, claims }: JwtAuthenticatorOptions) {
    this.#verifier = verifier
    this.#claims = claims
  }

  /**
   * The caller; `null` without a token.
   *
   * @throws Problem 401 for a token that does not hold; HostError `JWKS_UNAVAILABLE` where nobody can tell
   */
  async authenticate(request: AuthenticationRequest): Promise<SecurityContext | null> {
    const found = bearerToken(request.headers.authorization)
    switch (found.kind) {
      case 'none':
        return null
      case 'malformed':
        throw tokenProblem('malformed')
      case 'token': {
        const security = securityOf(await this.#claimsOf(found.token, request), this.#claims)
        if (security === undefined) throw tokenProblem('subject')
        return security
      }
    }
  }

  async #claimsOf(token: string, request: AuthenticationRequest): Promise<Claims> {
    try {
      return await this.#verifier.verify(token, request)
    } catch (error) {
      const fault = faultOf(error)
      throw fault === undefined ? error : tokenProblem(fault)
    }
  }
}
