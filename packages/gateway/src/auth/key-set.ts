import type { JWK } from 'jose'
import { readPublicKey } from './public-key.js'

/**
 * The keys of a JSON Web Key Set that signatures can be checked with: public, for signing, and strong enough. Others are
 * left out as if the issuer had not published them.
 *
 * @throws Error where it is no key set, or has no such key
 */
export function usableKeys(document: unknown): { readonly keys: JWK[] } {
  const { keys } = (document ?? {}) as { readonly keys?: unknown }
  if (!Array.isArray(keys)) throw new Error('it is no JSON Web Key Set, which is an object with a list "keys"')
  const usable = keys.filter(isUsable)
  if (usable.length === 0) throw new Error('it has no public key for signatures')
  return { keys: usable.map(byEitherName) }
}

/**
 * The library takes a key for the algorithm that it names, letter by letter, and of two names for one algorithm for one alone.
 * Without a name it goes by the kind of the key, which here leaves no other.
 */
function byEitherName(key: JWK): JWK {
  if (key.crv !== 'Ed25519') return key
  const { alg: _, ...nameless } = key
  return nameless
}

function isUsable(candidate: unknown): candidate is JWK {
  if (typeof candidate !== 'object' || candidate === null) return false
  const { use } = candidate as JWK
  return (use === undefined || use === 'sig') && !('reason' in readPublicKey(candidate))
}
