import type { KeyObject } from 'node:crypto'
import { absolutePath, parseDuration } from '@modkit/core/spi'
import { asymmetricAlgorithms, defaultSecretAlgorithm } from './algorithms.js'
import type { ClaimNames } from './claim-names.js'
import type { JwtAuthConfig } from './jwt-auth-config.js'
import { audiencesOf } from './jwt-auth-issues.js'
import { readPublicKey } from './public-key.js'

/** Where the keys are that tokens are checked with. */
export type KeySource =
  | { readonly kind: 'uri'; readonly url: URL }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'key'; readonly key: KeyObject | Uint8Array }

/** The configuration with every default in its place. */
export interface JwtAuthSettings {
  readonly source: KeySource
  readonly issuer: string
  /** `undefined`: whoever it is meant for. */
  readonly audiences: readonly string[] | undefined
  readonly algorithms: readonly string[]
  readonly clockSkewMs: number
  readonly cacheForMs: number
  readonly cooldownMs: number
  readonly timeoutMs: number
  readonly claims: ClaimNames
  readonly requiredClaims: readonly string[]
}

/** Of a configuration that {@link jwtAuthConfig} has let through. */
export function jwtAuthSettings(config: JwtAuthConfig): JwtAuthSettings {
  const { jwks, claims } = config
  return {
    ...keysOf(config),
    issuer: config.issuer ?? '',
    audiences: audiencesOf(config.audience),
    clockSkewMs: parseDuration(config.clock_skew ?? '30s', 'clock_skew'),
    cacheForMs: parseDuration(jwks?.cache_for ?? '10m', 'jwks.cache_for'),
    cooldownMs: parseDuration(jwks?.cooldown ?? '30s', 'jwks.cooldown'),
    timeoutMs: parseDuration(jwks?.timeout ?? '5s', 'jwks.timeout'),
    claims: {
      subject: claims?.subject ?? 'sub',
      tenant: claims?.tenant ?? undefined,
      scopes: claims?.scopes == null ? ['scope', 'scp'] : [claims.scopes],
    },
    requiredClaims: [...(config.require_exp === false ? [] : ['exp']), ...(config.required_claims ?? [])],
  }
}

function keysOf(config: JwtAuthConfig): Pick<JwtAuthSettings, 'source' | 'algorithms'> {
  const { jwks_uri, jwks_file, public_key, secret, algorithms } = config
  if (secret != null)
    return {
      source: { kind: 'key', key: new TextEncoder().encode(secret) },
      algorithms: algorithms ?? [defaultSecretAlgorithm],
    }
  if (public_key != null) {
    const read = readPublicKey(public_key)
    if ('reason' in read) throw new TypeError(`public_key ${read.reason}`)
    const allowed = read.algorithms.filter((name) => algorithms?.includes(name) ?? true)
    return { source: { kind: 'key', key: read.key }, algorithms: allowed }
  }
  const source: KeySource =
    jwks_uri == null ? { kind: 'file', path: pathOf(jwks_file ?? '') } : { kind: 'uri', url: new URL(jwks_uri) }
  return { source, algorithms: algorithms ?? asymmetricAlgorithms }
}

/** Relative to the current directory, and `~` is the user's home, as everywhere in the configuration. */
function pathOf(written: string): string {
  return absolutePath(written, { cwd: process.cwd(), env: process.env }) ?? written
}
