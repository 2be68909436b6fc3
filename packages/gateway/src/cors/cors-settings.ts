import { HostError } from '@modkit/core'
import type { Rule } from '@modkit/core/spi'
import type { CorsSettings } from './cors-policy.js'

/** `modules.api-gateway.config.cors`. */
export interface CorsConfig {
  /** Origins such as `https://app.example`, or `*` for any. Default `['*']`. */
  readonly allowed_origins?: readonly string[]
  /** Default: all methods of operations. */
  readonly allowed_methods?: readonly string[]
  /** Request headers; `*` for any. Default `['*']`. */
  readonly allowed_headers?: readonly string[]
  /** Response headers that scripts may read besides the harmless ones. Default: the request id and the rate limits. */
  readonly exposed_headers?: readonly string[]
  /** Whether cookies and the like may come along. Not together with the origin `*`. Default false. */
  readonly allow_credentials?: boolean
  /** How long a browser may remember an answer to a preflight. Default 600; 0 leaves it to the browser. */
  readonly max_age_seconds?: number
}

const texts: Rule = { kind: 'list', item: { kind: 'text' } }

export const corsRule: Rule = {
  kind: 'section',
  keys: {
    allowed_origins: texts,
    allowed_methods: texts,
    allowed_headers: texts,
    exposed_headers: texts,
    allow_credentials: { kind: 'boolean' },
    max_age_seconds: { kind: 'number', min: 0 },
  },
}

const EXPOSED = [
  'x-request-id',
  'ratelimit-policy',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
]

/** @throws HostError `GATEWAY_CONFIG_INVALID` for an origin that no browser sends, and for credentials of any origin */
export function corsSettings(config: CorsConfig): CorsSettings {
  const allowedOrigins = config.allowed_origins ?? ['*']
  for (const origin of allowedOrigins) assertOrigin(origin)
  const allowCredentials = config.allow_credentials ?? false
  if (allowCredentials && allowedOrigins.includes('*'))
    throw invalid('cors.allow_credentials', 'every website could act as its visitors; list the origins instead of "*"')
  return {
    allowedOrigins,
    allowedMethods: config.allowed_methods ?? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    allowedHeaders: config.allowed_headers ?? ['*'],
    exposedHeaders: config.exposed_headers ?? EXPOSED,
    allowCredentials,
    maxAgeSeconds: config.max_age_seconds ?? 600,
  }
}

function assertOrigin(origin: string): void {
  if (origin === '*' || origin === 'null') return
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url === undefined)
    throw invalid('cors.allowed_origins', `"${origin}" is no origin; write one as https://app.example`)
  // "null" is the origin of what has none, such as an extension's own scheme.
  const sent = url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin
  if (sent !== origin) throw invalid('cors.allowed_origins', `"${origin}" is no origin; browsers send "${sent}"`)
}

function invalid(setting: string, reason: string): HostError {
  return new HostError('GATEWAY_CONFIG_INVALID', { setting, reason })
}
