import type { SecurityContext } from '@modkit/core'

/** Where in a token the facts about its subject are. */
export interface ClaimNames {
  readonly subject: string
  readonly tenant: string | undefined
  /** The first that a token has counts. */
  readonly scopes: readonly string[]
}

/** The claims of a token, after it has been verified. */
export type Claims = Readonly<Record<string, unknown>>

/** Who the token says is calling; `undefined` where it names no subject, or something that is no text as one of its facts. */
export function securityOf(claims: Claims, names: ClaimNames): SecurityContext | undefined {
  const subject = claimAt(claims, names.subject)
  const tenant = names.tenant === undefined ? undefined : claimAt(claims, names.tenant)
  if (typeof subject !== 'string' || subject === '') return undefined
  if (tenant !== undefined && typeof tenant !== 'string') return undefined
  const scopes = names.scopes.map((name) => claimAt(claims, name)).find((written) => written !== undefined)
  return { subject, ...(tenant !== undefined && { tenant }), scopes: scopesOf(scopes), claims }
}

/** What is neither a text nor in a list of texts gives nothing: whoever reads it otherwise might give too much. */
function scopesOf(written: unknown): readonly string[] {
  if (typeof written === 'string') return written.split(' ').filter((scope) => scope !== '')
  return Array.isArray(written) ? written.filter((scope) => typeof scope === 'string') : []
}

/** The claim of this very name, which may hold dots as addresses do; else what is at the end of the path. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  return name.split('.').reduce<unknown>((value, key) => {
    const isMap = typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    return isMap ? (value as Claims)[key] : undefined
  }, claims)
}
