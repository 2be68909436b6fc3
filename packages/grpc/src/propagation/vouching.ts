import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Clock, SecurityContext } from '@modkit/core'
import { BoundedCache } from './bounded-cache.js'
import {
  decodeCaller,
  encodeCaller,
  notVouched,
  vouchingKey,
  type CallerToken,
  type VouchingKey,
} from './caller-token.js'

/** How long a token is good: longer than any call waits to be answered, shorter than one who stole it needs. */
const VALID_MS = 60_000
/** A token that is younger is sent again. */
const FRESH_MS = 30_000
/** By how much the clocks of two machines may differ. */
const SKEW_MS = 30_000

/** How many callers are remembered as vouched for. */
const REMEMBERED = 1_000

export interface VouchingOptions {
  readonly clock: Clock
  /** Ed25519. Default: one that is made here, and lives as long as the process. */
  readonly signingKey?: KeyObject
}

interface SentToken {
  readonly bytes: Buffer
  readonly madeAtMs: number
}

/**
 * Vouches for callers towards other processes: what a host's signature stands under, a neighbour can neither make up nor change.
 *
 * A process whose word counts, the host, signs. One that {@link Vouching.follow}s a host hands on what it was given, as it came.
 */
export class Vouching {
  readonly #clock: Clock
  readonly #publicKey: Buffer
  readonly #own: VouchingKey
  #signing: VouchingKey | undefined
  #trusted: readonly VouchingKey[]
  readonly #made = new WeakMap<SecurityContext, SentToken>()
  readonly #came = new WeakMap<SecurityContext, Buffer>()
  readonly #believed = new BoundedCache<string, CallerToken>(REMEMBERED)

  constructor({ clock, signingKey = generateKeyPairSync('ed25519').privateKey }: VouchingOptions) {
    this.#clock = clock
    const publicKey = createPublicKey(signingKey)
    this.#publicKey = publicKey.export({ format: 'der', type: 'spki' })
    this.#own = vouchingKey(signingKey, this.#publicKey)
    this.#signing = this.#own
    this.#trusted = [vouchingKey(publicKey, this.#publicKey)]
  }

  /** What others check this process's word with (SPKI, DER); `undefined` where its word does not count. */
  get publicKey(): Buffer | undefined {
    return this.#signing && this.#publicKey
  }

  /**
   * From now on the word of the host counts, whose public key this is, and our own does not, unless both were given one key.
   *
   * @throws Error where it is no Ed25519 key
   */
  follow(hostKey: Uint8Array): void {
    const der = Buffer.from(hostKey)
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('The key of the host is no Ed25519 key.')
    this.#signing = der.equals(this.#publicKey) ? this.#own : undefined
    this.#trusted = [vouchingKey(key, der)]
  }

  /**
   * What tells another process who is calling; `undefined` where this process cannot vouch for it.
   *
   * @throws HostError `CALLER_UNSENDABLE`
   */
  tokenFor(security: SecurityContext): Buffer | undefined {
    return this.#signing ? this.#signedBy(this.#signing, security) : this.#came.get(security)
  }

  #signedBy(signing: VouchingKey, security: SecurityContext): Buffer {
    const now = this.#clock.now()
    const made = this.#made.get(security)
    // A clock that was set back makes old tokens look new.
    if (made && now >= made.madeAtMs && now - made.madeAtMs < FRESH_MS) return made.bytes
    const bytes = encodeCaller({ security, fromMs: now, untilMs: now + VALID_MS }, signing)
    this.#made.set(security, { bytes, madeAtMs: now })
    return bytes
  }

  /**
   * Who is calling, by the word of somebody who is trusted here. The same bytes give the same object.
   *
   * @throws HostError `CALLER_NOT_VOUCHED`
   */
  callerOf(token: Buffer): SecurityContext {
    const key = token.toString('latin1')
    const known = this.#believed.get(key)
    const caller = known ?? decodeCaller(token, this.#trusted)
    this.#assertTimely(caller)
    if (!known) {
      this.#believed.set(key, caller)
      this.#came.set(caller.security, token)
    }
    return caller.security
  }

  #assertTimely({ fromMs, untilMs }: CallerToken): void {
    const now = this.#clock.now()
    // Also where one of them is no number.
    if (!(now <= untilMs + SKEW_MS)) throw notVouched('it has expired')
    if (!(now >= fromMs - SKEW_MS)) throw notVouched('it is not good yet: the clocks of the two machines differ')
  }
}
