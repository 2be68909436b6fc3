import type { Duration } from '@modkit/core'
import { parseDuration, type Rule } from '@modkit/core/spi'
import { safeHeaders, type SecurityHeaderSettings } from './security-headers.js'

/** `modules.api-gateway.config.security_headers`. */
export interface SecurityHeadersConfig {
  /** Default true. */
  readonly enabled?: boolean
  /** Default `default-src 'none'; frame-ancestors 'none'`. */
  readonly content_security_policy?: string
  /** Default `same-origin`. */
  readonly cross_origin_resource_policy?: string
  /** Default `no-referrer`. */
  readonly referrer_policy?: string
  /** Default `DENY`. */
  readonly frame_options?: string
  /** How long browsers insist on HTTPS. Default `'180d'` with TLS of the gateway's own, else not sent; 0: not sent. */
  readonly hsts_max_age?: Duration
}

const text: Rule = { kind: 'text' }

export const securityHeadersRule: Rule = {
  kind: 'section',
  keys: {
    enabled: { kind: 'boolean' },
    content_security_policy: text,
    cross_origin_resource_policy: text,
    referrer_policy: text,
    frame_options: text,
    hsts_max_age: { kind: 'duration' },
  },
}

const HALF_A_YEAR_MS = 180 * 24 * 60 * 60 * 1_000

/** `undefined`: none are sent. */
export function securityHeaderSettings(
  config: SecurityHeadersConfig = {},
  hasTls: boolean,
): SecurityHeaderSettings | undefined {
  if (config.enabled === false) return undefined
  const age = config.hsts_max_age
  const hstsMs = age === undefined ? (hasTls ? HALF_A_YEAR_MS : 0) : parseDuration(age, 'security_headers.hsts_max_age')
  return {
    hstsSeconds: hstsMs === 0 ? undefined : Math.ceil(hstsMs / 1_000),
    contentSecurityPolicy: config.content_security_policy ?? safeHeaders.contentSecurityPolicy,
    crossOriginResourcePolicy: config.cross_origin_resource_policy ?? safeHeaders.crossOriginResourcePolicy,
    referrerPolicy: config.referrer_policy ?? safeHeaders.referrerPolicy,
    frameOptions: config.frame_options ?? safeHeaders.frameOptions,
  }
}
