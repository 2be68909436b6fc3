import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { messageOf } from '@modkit/core/spi'
import { asymmetricAlgorithms, isSameAlgorithm } from './algorithms.js'

/** Below, a key can be broken by those who have the means. */
const SHORTEST_RSA_BITS = 2_048

/** One key that tokens are checked with, and the algorithms that it may be used for. */
export interface PublicKey {
  readonly key: KeyObject
  readonly algorithms: readonly string[]
}

/** A PEM text, or a JSON Web Key as text or as a map; or what is wrong with it, as the rest of a sentence. */
export function readPublicKey(written: unknown): PublicKey | { readonly reason: string } {
  const jwk = jwkOf(written)
  if (jwk?.d !== undefined || (typeof written === 'string' && written.includes('PRIVATE KEY'))) return isPrivate
  if (jwk?.kty === 'oct') return { reason: 'is a shared secret; write it as "secret"' }
  if (jwk === undefined && typeof written !== 'string') return notReadable()
  try {
    const key = createPublicKey(jwk ? { key: jwk, format: 'jwk' } : String(written))
    return judged(key, jwk)
  } catch (error) {
    return notReadable(error)
  }
}

const isPrivate = { reason: 'is a private key; write the public half of it, and keep the other one with the issuer' }

function notReadable(error?: unknown): { readonly reason: string } {
  const why = error === undefined ? '' : ` (${messageOf(error)})`
  return { reason: `is neither a PEM text ("-----BEGIN PUBLIC KEY-----…") nor a JSON Web Key${why}` }
}

function jwkOf(written: unknown): JsonWebKey | undefined {
  const value = typeof written === 'string' && /^\s*\{/.test(written) ? parsed(written) : written
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonWebKey) : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // Then it is no JWK, which is said with everything else that it is not.
    return undefined
  }
}

function judged(key: KeyObject, jwk: JsonWebKey | undefined): PublicKey | { readonly reason: string } {
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < SHORTEST_RSA_BITS)
    return { reason: `has ${String(bits)} bits, and must have at least ${String(SHORTEST_RSA_BITS)}` }
  const pinned = jwk?.['alg']
  const isPinned = (name: string): boolean => pinned === undefined || isSameAlgorithm(pinned, name)
  const fitting = asymmetricAlgorithms.filter((name) => fits(key, name) && isPinned(name))
  return fitting.length > 0 ? { key, algorithms: fitting } : { reason: 'is of a kind that tokens are not signed with' }
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }

function fits(key: KeyObject, algorithm: string): boolean {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return /^[RP]S/.test(algorithm)
    case 'ec':
      return CURVES[algorithm] !== undefined && CURVES[algorithm] === key.asymmetricKeyDetails?.namedCurve
    case 'ed25519':
      return algorithm.startsWith('Ed')
    default:
      return false
  }
}
