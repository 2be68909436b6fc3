import type { IncomingHttpHeaders } from 'node:http'
import { clientKey, type ClientKey } from '../module/client-key.js'

/** Who is calling, as an authenticator found out. */
export interface SecurityContext {
  /** The identity: the id of a user or of a service. */
  readonly subject: string
  /** Which customer the subject belongs to. */
  readonly tenant?: string
  /** What the caller may do; `'*'` stands for everything. Without scopes only operations that name none are open. */
  readonly scopes: readonly string[]
  /** Further facts about the caller, for handlers. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** What an authenticator may look at. */
export interface AuthenticationRequest {
  readonly method: string
  /** Path and query as they were sent. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  /** Aborts when the client has gone away or the request's time is up. */
  readonly signal: AbortSignal
}

/**
 * Finds out who is calling. Some module registers one under {@link authenticatorKey}, at the latest in `postInit`. It is
 * asked only for operations that are `authenticated()`, and never about a request with several `Authorization` headers.
 */
export interface Authenticator {
  /**
   * The caller, or `null` where the request proves no identity (401). A `Problem` that is thrown is the answer, for example
   * a 401 that says why in `www-authenticate`. Anything else that is thrown means that nobody can tell just now (503).
   */
  authenticate(request: AuthenticationRequest): SecurityContext | null | Promise<SecurityContext | null>
}

/** Where the gateway finds the {@link Authenticator}. */
export const authenticatorKey: ClientKey<Authenticator> = clientKey<Authenticator>('authenticator')
