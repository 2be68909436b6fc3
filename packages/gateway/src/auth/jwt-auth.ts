import {
  authenticatorKey,
  HostError,
  Module,
  type Clock,
  type ModuleCtx,
  type ModuleHealth,
  type StatefulModule,
} from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import { jwtAuthConfig } from './jwt-auth-config.js'
import { jwtAuthSettings } from './jwt-auth-settings.js'
import { JwtAuthenticator } from './jwt-authenticator.js'
import { usableKeys } from './key-set.js'
import { keySetFile } from './key-set-sources.js'
import { registerAuthenticator } from './register-authenticator.js'
import { TokenVerifier } from './token-verifier.js'

/** How long a probe waits for keys that are on their way. */
const HEALTH_MS = 1_000

/** What a test replaces. */
export interface JwtAuthOptions {
  /** What time it is for tokens and their keys. Default: the host's clock. */
  readonly clock?: Clock
}

/** What `init` has made. */
interface Checking {
  readonly verifier: TokenVerifier
  readonly clock: Clock
}

/**
 * Lets those in who bring a JSON Web Token of one issuer: `Authorization: Bearer …`.
 *
 * Configured by `modules.jwt-auth.config`, see {@link JwtAuthConfig}. A request without a token is answered 401 with the
 * challenge `Bearer`, one with a token that does not hold 401 with the reason in the challenge, and one whose token nobody can
 * check, because the issuer's keys cannot be had, 503.
 */
@Module({ name: 'jwt-auth', capabilities: ['stateful'], provides: [authenticatorKey], config: jwtAuthConfig })
export class JwtAuth implements StatefulModule {
  readonly #ownClock: Clock | undefined
  #checking: Checking | undefined

  constructor({ clock }: JwtAuthOptions = {}) {
    this.#ownClock = clock
  }

  /** @throws HostError `AUTHENTICATOR_DUPLICATE`, `MODULE_CONFIG_INVALID`, or `JWKS_UNAVAILABLE` for a `jwks_file` */
  async init(ctx: ModuleCtx): Promise<void> {
    const settings = jwtAuthSettings(ctx.config(jwtAuthConfig))
    const { source, claims } = settings
    if (source.kind === 'file') await assertKeySetFile(source.path, ctx.signal)
    const clock = this.#ownClock ?? ctx.clock
    const verifier = new TokenVerifier({ settings, clock, logger: ctx.logger })
    this.#checking = { verifier, clock }
    registerAuthenticator(ctx, new JwtAuthenticator({ verifier, claims }))
  }

  start(): void {
    // Keys are fetched when the first token, or the first probe, asks for them: an issuer that is away delays no start.
  }

  stop(): void {
    this.#checking?.verifier.keySet?.close()
  }

  /** Degraded while the keys of the issuer cannot be had. Tries to have them, so that it knows. */
  async health(): Promise<ModuleHealth> {
    const keySet = this.#checking?.verifier.keySet
    if (!this.#checking || !keySet) return { status: 'ok' }
    const limit = new AbortController()
    const timer = this.#checking.clock.after(HEALTH_MS, () => limit.abort(), { keepAlive: false })
    const trouble = await keySet.trouble(limit)
    timer.cancel()
    if (trouble) return { status: 'degraded', detail: trouble.message }
    return keySet.keys ? { status: 'ok' } : { status: 'degraded', detail: 'The keys of tokens are on their way.' }
  }
}

/** A file is there when the host starts, or is a mistake. */
async function assertKeySetFile(path: string, signal: AbortSignal): Promise<void> {
  const source = keySetFile(path)
  try {
    usableKeys(await source.read(signal))
  } catch (error) {
    throw new HostError('JWKS_UNAVAILABLE', { source: source.name, reason: messageOf(error) }, { cause: error })
  }
}
