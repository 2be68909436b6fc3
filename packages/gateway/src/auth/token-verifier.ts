import type { CryptoKey, JWK, JWTHeaderParameters, JWTVerifyOptions, KeyObject } from 'jose'
import type { Clock, Logger } from '@modkit/core'
import type { Claims } from './claim-names.js'
import type { JwtAuthSettings } from './jwt-auth-settings.js'
import { usableKeys } from './key-set.js'
import { KeySetCache, type Waiting } from './key-set-cache.js'
import { keySetFile, publishedKeySet } from './key-set-sources.js'

/** The library, loaded with the first token: a host that serves nothing but public operations never needs it. */
type Jose = typeof import('jose')

type Key = CryptoKey | KeyObject | JWK | Uint8Array

type FindKey = (header: JWTHeaderParameters) => Promise<Key>

type KeySet = (header: JWTHeaderParameters) => Promise<CryptoKey>

/** One token's search for its key. */
interface KeySearch {
  readonly waiting: Waiting
  /** Is told of every set in which it is looked for. */
  readonly tries: (keys: KeySet) => void
}

export interface TokenVerifierOptions {
  readonly settings: JwtAuthSettings
  readonly clock: Clock
  readonly logger: Logger
}

/** Checks tokens: signature, times, issuer, audience, and the claims that have to be there. */
export class TokenVerifier {
  /** The keys, where they are a set that can change. */
  readonly keySet: KeySetCache<KeySet> | undefined
  readonly #options: TokenVerifierOptions
  #jose: Promise<Jose> | undefined

  constructor(options: TokenVerifierOptions) {
    const { clock, logger, settings } = options
    const { source, cacheForMs, cooldownMs, timeoutMs } = settings
    this.#options = options
    if (source.kind === 'key') return
    this.keySet = new KeySetCache<KeySet>({
      source: source.kind === 'uri' ? publishedKeySet(source.url) : keySetFile(source.path),
      parse: async (document) => (await this.#library()).createLocalJWKSet(usableKeys(document)),
      ...{ clock, logger, cacheForMs, cooldownMs, timeoutMs },
    })
  }

  /**
   * The claims of a token that holds.
   *
   * @throws an error of the library where it does not; HostError `JWKS_UNAVAILABLE` where nobody can tell
   */
  async verify(token: string, waiting: Waiting): Promise<Claims> {
    const before = this.keySet?.keys
    let tried: KeySet | undefined
    const findKey = (header: JWTHeaderParameters): Promise<Key> =>
      this.#keyFor(header, { waiting, tries: (keys) => (tried = keys) })
    try {
      return await this.#verifyWith(token, findKey)
    } catch (error) {
      // A new key need not have a new name, or any. But what has been read just now lacks it as well a second time.
      if (before === undefined || tried !== before || !(await this.#isOfSignature(error))) throw error
      const renewed = await this.keySet?.renewed(before, waiting)
      if (renewed === undefined) throw error
      return this.#verifyWith(token, renewed)
    }
  }

  async #isOfSignature(error: unknown): Promise<boolean> {
    return error instanceof (await this.#library()).errors.JWSSignatureVerificationFailed
  }

  async #verifyWith(token: string, findKey: FindKey): Promise<Claims> {
    const jose = await this.#library()
    try {
      return (await jose.jwtVerify(token, findKey, this.#verifyOptions())).payload
    } catch (error) {
      if (!(error instanceof jose.errors.JWKSMultipleMatchingKeys)) throw error
      return this.#verifyWithAny(token, error)
    }
  }

  /** A token need not say which key it was signed with. */
  async #verifyWithAny(token: string, candidates: AsyncIterable<CryptoKey>): Promise<Claims> {
    const jose = await this.#library()
    for await (const key of candidates) {
      try {
        return (await jose.jwtVerify(token, key, this.#verifyOptions())).payload
      } catch (error) {
        if (!(error instanceof jose.errors.JWSSignatureVerificationFailed)) throw error
      }
    }
    throw new jose.errors.JWSSignatureVerificationFailed()
  }

  async #keyFor(header: JWTHeaderParameters, { waiting, tries }: KeySearch): Promise<Key> {
    const { source } = this.#options.settings
    if (source.kind === 'key') return source.key
    const { JWKSNoMatchingKey } = (await this.#library()).errors
    const pick = async (keys: KeySet): Promise<CryptoKey | undefined> => {
      tries(keys)
      try {
        return await keys(header)
      } catch (error) {
        if (error instanceof JWKSNoMatchingKey) return undefined
        throw error
      }
    }
    const key = await this.keySet?.find(pick, waiting)
    if (key === undefined) throw new JWKSNoMatchingKey()
    return key
  }

  #verifyOptions(): JWTVerifyOptions {
    const { settings, clock } = this.#options
    const { issuer, audiences, algorithms, requiredClaims, clockSkewMs } = settings
    return {
      issuer,
      ...(audiences && { audience: [...audiences] }),
      algorithms: [...algorithms],
      requiredClaims: [...requiredClaims],
      clockTolerance: clockSkewMs / 1_000,
      currentDate: new Date(clock.now()),
    }
  }

  #library(): Promise<Jose> {
    return (this.#jose ??= import('jose'))
  }
}
