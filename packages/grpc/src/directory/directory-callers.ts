import { createHash, timingSafeEqual } from 'node:crypto'
import type { Metadata } from '@grpc/grpc-js'
import { HostError } from '@modkit/core'
import { tokenDigest, type InstanceIdentity, type ModuleManager } from '@modkit/core/spi'

/** On whose behalf a directory acts. `owner` tells callers apart, and is no secret. */
export type DirectoryCaller =
  | { readonly kind: 'host'; readonly owner: 'host' }
  | ({ readonly kind: 'instance'; readonly owner: string } & InstanceIdentity)
  /** Knows one of the configured secrets, and may register any instance. */
  | { readonly kind: 'secret'; readonly owner: string }

/** Code of this process needs no token. */
export const hostCaller: DirectoryCaller = { kind: 'host', owner: 'host' }

interface KnownSecret {
  readonly digest: Buffer
  readonly caller: DirectoryCaller
}

/** Who may call the directory from outside. */
export class DirectoryCallers {
  readonly #instances: Pick<ModuleManager, 'identify'>
  readonly #secrets: readonly KnownSecret[]

  /** @param secrets for instances that the host did not spawn; what one of them registers, only the same one may change */
  constructor(instances: Pick<ModuleManager, 'identify'>, secrets: readonly string[]) {
    this.#instances = instances
    this.#secrets = secrets.map((secret) => {
      const digest = tokenDigest(secret)
      // A digest of the digest: it names the secret without helping anybody to guess it.
      const name = createHash('sha256').update(digest).digest('hex').slice(0, 16)
      return { digest, caller: { kind: 'secret', owner: `secret:${name}` } }
    })
  }

  /** @throws HostError `DIRECTORY_UNAUTHENTICATED` */
  identify(metadata: Metadata): DirectoryCaller {
    const token = bearerOf(metadata)
    if (token === undefined) throw unauthenticated('the call carries no "authorization: Bearer <token>"')
    const instance = this.#instances.identify(token)
    if (instance) return { kind: 'instance', owner: `instance:${instance.instanceId}`, ...instance }
    const caller = this.#callerWith(token)
    if (!caller) throw unauthenticated('its token was issued to nobody')
    return caller
  }

  /** Compares with every secret, whether one was found or not. */
  #callerWith(token: string): DirectoryCaller | undefined {
    const digest = tokenDigest(token)
    let found: DirectoryCaller | undefined
    for (const secret of this.#secrets) if (timingSafeEqual(secret.digest, digest)) found = secret.caller
    return found
  }
}

const BEARER = /^Bearer +(\S+)$/i

function bearerOf(metadata: Metadata): string | undefined {
  const [value] = metadata.get('authorization')
  return typeof value === 'string' ? BEARER.exec(value)?.[1] : undefined
}

function unauthenticated(reason: string): HostError {
  return new HostError('DIRECTORY_UNAUTHENTICATED', { reason })
}
