import type { ClientKey, Token } from '@modkit/core'
import { isInjectionToken } from '@modkit/core/spi'

/** Of what a test may mock, the objects without an identity of their own are keys of clients. */
export function isClientKey(target: Token | ClientKey<unknown>): target is ClientKey<unknown> {
  return typeof target === 'object' && !isInjectionToken(target)
}
