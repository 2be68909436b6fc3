import { isSecretKey, REDACTED } from '../../logging/secrets.js'
import type { LeafNode } from '../tree/config-tree.js'

/** `//user:password@` of a URL or a DSN. */
const CREDENTIALS = /(\/\/[^/\s:@]*:)\S*(?=@)/g
/** A DSN in the form of a URL; in others, the password has no known place. */
const URL_LIKE = /^[a-z][a-z0-9+]*:(\/\/|[^@]*$)/i
/** A parameter of a query: its beginning, its name, its value. */
const PARAMETER = /([?&;])([^=&;#\s]+)=([^&;#\s]*)/g

/** A leaf as it may be shown; `secret` where a key above it says that all below is. */
export function redactedValue(leaf: LeafNode, key: string, secret: boolean): string | number | boolean | null {
  const { value } = leaf
  if (value === null || value === '') return value
  // A connection text is worth reading but for its password.
  if (key.toLowerCase() === 'dsn' && typeof value === 'string' && URL_LIKE.test(value)) return withoutPassword(value)
  if (secret || isSecretKey(key) || (leaf.variables ?? []).some(isSecretKey)) return REDACTED
  return typeof value === 'string' ? withoutPassword(value) : shown(value)
}

/** A text with the passwords of URLs, and secret-looking parameters, hidden. */
export function withoutPassword(text: string): string {
  const bare = text.replaceAll(CREDENTIALS, `$1${REDACTED}`)
  return bare.replaceAll(PARAMETER, (whole, start: string, name: string) =>
    isSecretKey(name) ? `${start}${name}=${REDACTED}` : whole,
  )
}

function shown(value: unknown): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function') return `[function ${value.name || 'without a name'}]`
  return Object.prototype.toString.call(value)
}
