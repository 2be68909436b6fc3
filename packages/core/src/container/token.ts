import { messageOf } from '../errors/error-json.js'
import { HostError } from '../errors/host-error.js'
import { WELL_KNOWN_TOKEN, type InjectionToken, type Token } from '../module/provider.js'

/** What the container keys its bindings by. */
export type TokenId = string | symbol | (abstract new (...args: never[]) => unknown)

/** The identity of a token: two copies of this package agree on the runtime's own classes. */
export function tokenId(token: Token): TokenId {
  if (typeof token === 'object') return token.id
  if (typeof token !== 'function' || !(WELL_KNOWN_TOKEN in token)) return token
  return Symbol.for(`modkit:token:${String(token[WELL_KNOWN_TOKEN])}`)
}

/** A token as messages name it. */
export function tokenName(token: unknown): string {
  if (typeof token === 'function') return token.name || '(anonymous class)'
  if (typeof token === 'symbol') return token.description ?? 'Symbol()'
  return isInjectionToken(token) ? token.name : String(token)
}

/** Whether the value was made by `injectionToken()`, of whichever copy of this package. */
export function isInjectionToken(value: unknown): value is InjectionToken<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { id?: unknown }).id === 'symbol'
}

/** Whether the value can stand in `provide` or be asked for. */
export function isToken(value: unknown): value is Token {
  return (
    typeof value === 'function' ||
    typeof value === 'symbol' ||
    (typeof value === 'string' && value !== '') ||
    isInjectionToken(value)
  )
}

/**
 * Refuses what cannot be asked for.
 *
 * @param by who was given it, for the message
 * @throws HostError `TOKEN_INVALID`, which explains an `undefined` by the import cycle that is behind it
 */
export function assertToken(value: unknown, by: string): asserts value is Token {
  if (!isToken(value)) throw new HostError('TOKEN_INVALID', { by, token: messageOf(value) })
}
