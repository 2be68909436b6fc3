import { authenticatorKey, defineModule, type ModuleClass, type RestApi } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import * as z from 'zod'
import { JwtAuth, jwtAuthConfig, type JwtAuthConfig } from '../../src/index.js'
import type { Issuer } from './issuer.js'
import { restModule, serve, type ServeOptions, type Serving } from './serve.js'

const Caller = z.object({ subject: z.string(), tenant: z.string().optional(), scopes: z.array(z.string()) })

/** Operations that want to know who is calling. */
export const me = (rest: RestApi): void => {
  rest
    .get('/me')
    .authenticated()
    .response(200, Caller)
    .handle(({ security: { subject, tenant, scopes } }) => ({ subject, tenant, scopes: [...scopes] }))
  rest
    .get('/users')
    .authenticated('users:read')
    .response(204)
    .handle(() => undefined)
}

/** The module as applications have it, by a clock that stands still. */
export function jwtAuthAt(clock: FakeClock): ModuleClass<JwtAuth> {
  return defineModule(
    { name: 'jwt-auth', capabilities: ['stateful'], provides: [authenticatorKey], config: jwtAuthConfig },
    class extends JwtAuth {
      constructor() {
        super({ clock })
      }
    },
  )
}

export interface GuardedOptions extends ServeOptions {
  readonly clock?: FakeClock
  readonly jwt?: JwtAuthConfig
}

/** A gateway that takes the tokens of an issuer. */
export function guarded(issuer: Issuer, options: GuardedOptions = {}): Promise<Serving> {
  const { clock = new FakeClock(), jwt, modules = [restModule('users', me)], ...rest } = options
  const config = { issuer: issuer.name, audience: 'orders', ...(jwt ?? { jwks_uri: issuer.url }) }
  return serve({
    // What a module says is asked anew each time: the gateway's own clock runs on.
    config: { health: { cache: 0 } },
    ...rest,
    modules: [jwtAuthAt(clock), ...modules],
    sections: { 'jwt-auth': { config }, ...rest.sections },
  })
}

/** A request with a token. */
export function withToken(served: Serving, token: string, path = '/me'): Promise<Response> {
  return served.fetch(path, { headers: { authorization: `Bearer ${token}` } })
}

/** What a client learns of a refusal: status, challenge, code. */
export async function refusalOf(response: Response): Promise<readonly unknown[]> {
  const { code } = (await response.json()) as { readonly code?: string }
  return [response.status, response.headers.get('www-authenticate'), code]
}
