/** Longer ones are no tokens of any issuer, and cost more to refuse later. */
const LONGEST_TOKEN = 16 * 1_024

/** What RFC 6750 takes for a token. */
const TOKEN = /^[\w~+/.-]+=*$/

export type BearerToken =
  /** No token at all, or credentials of another scheme. */
  { readonly kind: 'none' } | { readonly kind: 'malformed' } | { readonly kind: 'token'; readonly token: string }

/** The token in an `Authorization` header. */
export function bearerToken(header: string | undefined): BearerToken {
  const [scheme = '', ...rest] = (header ?? '').trim().split(' ')
  const token = rest.join(' ').trim()
  if (scheme.toLowerCase() !== 'bearer' || token === '') return { kind: 'none' }
  if (token.length > LONGEST_TOKEN || !TOKEN.test(token)) return { kind: 'malformed' }
  return { kind: 'token', token }
}
