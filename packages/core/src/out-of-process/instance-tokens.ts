import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { InstanceIdentity } from './module-instance.js'

interface IssuedToken {
  readonly digest: Buffer
  readonly identity: InstanceIdentity
}

/**
 * The tokens by which instances prove who they are: a random one for each. Only their digests are kept, and looked up, so
 * that neither memory nor timing tells of a token.
 */
export class InstanceTokens {
  readonly #issued = new Map<string, IssuedToken>()

  /** A new token for an instance, which replaces the one that it had. */
  issue(identity: InstanceIdentity): string {
    this.revoke(identity.instanceId)
    const token = randomBytes(32).toString('base64url')
    const digest = tokenDigest(token)
    this.#issued.set(digest.toString('hex'), { digest, identity: { ...identity } })
    return token
  }

  /** Whose token it is; `undefined` when it was never issued, or revoked. */
  identify(token: string): InstanceIdentity | undefined {
    const digest = tokenDigest(token)
    const issued = this.#issued.get(digest.toString('hex'))
    return issued && timingSafeEqual(issued.digest, digest) ? issued.identity : undefined
  }

  /** Makes the token of an instance that is gone worthless. */
  revoke(instanceId: string): void {
    for (const [key, { identity }] of this.#issued) if (identity.instanceId === instanceId) this.#issued.delete(key)
  }
}

/** What is compared in place of a token: of one length, whatever was sent. */
export function tokenDigest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
