/** What a token may be signed with where a key of the issuer is public. In Node 20 and the library alike. */
export const asymmetricAlgorithms: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** What a token may be signed with where both sides share a secret, and how many bytes it then must have (RFC 7518, 3.2). */
export const secretAlgorithms: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 }

export const defaultSecretAlgorithm = 'HS256'

/** `Ed25519` is what RFC 9864 calls that which `EdDSA` was before, with keys of this kind: either name goes with either. */
export function isSameAlgorithm(one: unknown, other: string): boolean {
  return one === other || (edwardsNames.has(one) && edwardsNames.has(other))
}

const edwardsNames: ReadonlySet<unknown> = new Set(['EdDSA', 'Ed25519'])
