import {
  authenticatorKey,
  HostError,
  Module,
  type AuthenticationRequest,
  type Authenticator,
  type ModuleCtx,
  type ModuleHealth,
  type SecurityContext,
} from '@modkit/core'
import { frozenSecurity, settingsSchema, type Rule } from '@modkit/core/spi'
import { registerAuthenticator } from './register-authenticator.js'

/** `modules.insecure-dev-auth.config`. */
export interface InsecureDevAuthConfig {
  /** Who every request is from. Default `'developer'`. */
  readonly subject?: string
  /** Default: no tenant. */
  readonly tenant?: string
  /** Default `['*']`: everything. */
  readonly scopes?: readonly string[]
  /** Names of request headers that, where a request has them, say it instead; scopes with spaces between. Default none. */
  readonly headers?: { readonly subject?: string; readonly tenant?: string; readonly scopes?: string }
  /** Lets the module start although `NODE_ENV` is `production`. Default false. */
  readonly i_know_this_is_insecure?: boolean
}

const text: Rule = { kind: 'text' }

/** The schema of {@link InsecureDevAuthConfig}. Unknown keys are errors. */
export const insecureDevAuthConfig = settingsSchema<InsecureDevAuthConfig>({
  subject: text,
  tenant: text,
  scopes: { kind: 'list', item: text },
  headers: { kind: 'section', keys: { subject: text, tenant: text, scopes: text } },
  i_know_this_is_insecure: { kind: 'boolean' },
})

/**
 * Lets every request in without any proof, as a developer with all scopes or as whom the configuration says. For a desk, where
 * no issuer of tokens is at hand.
 *
 * It warns when the host starts, reports itself as degraded as long as it runs, and does not start where `NODE_ENV` is
 * `production`.
 */
@Module({ name: 'insecure-dev-auth', provides: [authenticatorKey], config: insecureDevAuthConfig })
export class InsecureDevAuth {
  #subject = ''

  /** @throws HostError `AUTHENTICATOR_INSECURE` in production, `AUTHENTICATOR_DUPLICATE`, `MODULE_CONFIG_INVALID` */
  init(ctx: ModuleCtx): void {
    const config = ctx.config(insecureDevAuthConfig)
    const isAllowed = process.env['NODE_ENV'] !== 'production' || config.i_know_this_is_insecure === true
    if (!isAllowed) throw new HostError('AUTHENTICATOR_INSECURE', { module: ctx.moduleName })
    const everybody = everybodyOf(config)
    this.#subject = everybody.subject
    registerAuthenticator(ctx, authenticatorFor(everybody, config.headers ?? {}))
    const { subject, scopes } = everybody
    ctx.logger.warn('INSECURE: every request is let in without proof of who it is from', { subject, scopes })
  }

  /** Always degraded, so that nobody overlooks it. */
  health(): ModuleHealth {
    return { status: 'degraded', detail: `Every request is let in, as "${this.#subject}" unless it says otherwise.` }
  }
}

function everybodyOf({ subject, tenant, scopes }: InsecureDevAuthConfig): SecurityContext {
  const name = subject == null || subject === '' ? 'developer' : subject
  return frozenSecurity({ subject: name, ...(tenant && { tenant }), scopes: scopes ?? ['*'] })
}

function authenticatorFor(
  everybody: SecurityContext,
  names: NonNullable<InsecureDevAuthConfig['headers']>,
): Authenticator {
  if (Object.keys(names).length === 0) return { authenticate: () => everybody }
  return { authenticate: (request) => ({ ...everybody, ...saidBy(request, names) }) }
}

/** What the headers of a request say. An empty list of scopes is one; an empty name is none. */
function saidBy(
  { headers }: AuthenticationRequest,
  names: NonNullable<InsecureDevAuthConfig['headers']>,
): Partial<SecurityContext> {
  const said = (name: string | undefined): string | undefined => {
    const value = name === undefined ? undefined : headers[name.toLowerCase()]
    return typeof value === 'string' ? value : undefined
  }
  const [subject, tenant, scopes] = [said(names.subject), said(names.tenant), said(names.scopes)]
  return {
    ...(subject && { subject }),
    ...(tenant && { tenant }),
    ...(scopes !== undefined && { scopes: scopes.split(' ').filter((scope) => scope !== '') }),
  }
}
