import type { Duration, RateLimit } from '@modkit/core'
import {
  objectionToLimit,
  parseDuration,
  settingsSchema,
  tlsRule,
  tlsSettings,
  type Rule,
  type TlsConfig,
  type TlsSettings,
} from '@modkit/core/spi'
import { HostError } from '@modkit/core'
import type { CorsSettings } from './cors/cors-policy.js'
import { corsRule, corsSettings, type CorsConfig } from './cors/cors-settings.js'
import type { SecurityHeaderSettings } from './exchange/security-headers.js'
import {
  securityHeaderSettings,
  securityHeadersRule,
  type SecurityHeadersConfig,
} from './exchange/security-header-settings.js'
import { parseListenAddress, type ListenAddress } from './server/listen-address.js'

/** `modules.api-gateway.config`. */
export interface GatewayConfig {
  /** `host:port`; port 0 takes any free one. Default `127.0.0.1:8087`: reachable from this machine alone. */
  readonly bind_addr?: string
  /** Certificate and key of the server, read again when they change. Default: plain HTTP. */
  readonly tls?: TlsConfig
  /** Whether `/openapi.json`, `/openapi.yaml` and the page `/docs` are served. Default true. */
  readonly enable_docs?: boolean
  /** What the document says of itself. */
  readonly openapi?: {
    readonly title?: string
    readonly version?: string
    readonly description?: string
    /** The URLs under which clients reach the gateway. Default: none, which means where the document came from. */
    readonly servers?: readonly string[]
  }
  readonly health?: {
    /** How long what modules said of their health is good for. Default `'1s'`. */
    readonly cache?: Duration
    /** How long modules may take to say it. Default `'2s'`, never more than the host's own 5 s. */
    readonly timeout?: Duration
  }
  /** Whether pages of other origins may use the API from browsers, as {@link GatewayConfig.cors} says. Default false. */
  readonly cors_enabled?: boolean
  readonly cors?: CorsConfig
  readonly security_headers?: SecurityHeadersConfig
  /** Whether every request is logged once it is over. Default true; probes are logged as `debug`. */
  readonly access_log?: boolean
  /** How many proxies stand in front, whose `x-forwarded-for` is believed, also by Express. Default 0. */
  readonly trusted_proxies?: number
  /** Whether operations are compiled in the background once the host runs, rather than by their first requests. Default true. */
  readonly warm_up?: boolean
  /** What operations have that say nothing else. */
  readonly defaults?: {
    /** How large a body may be. Default 16 MiB. */
    readonly body_limit_bytes?: number
    /** How many values a JSON body may have: texts, numbers and so on, lists and objects. Default 100,000. */
    readonly body_values?: number
    /** Default: not limited. */
    readonly rate_limit?: {
      readonly rps?: number
      readonly burst?: number
      readonly in_flight?: number
      readonly by?: 'operation' | 'client'
    }
  }
  readonly timeouts?: {
    /** The head of a request. Default `'10s'`. */
    readonly headers?: Duration
    /** A request with its body, until all of it is here. Default `'60s'`. */
    readonly request?: Duration
    /** What an operation does from there on, until its answer begins. Default `'30s'`. */
    readonly handler?: Duration
    /** How long an idle connection stays open. Default `'5s'`; behind a load balancer more than it waits itself. */
    readonly keep_alive?: Duration
  }
  readonly sse?: {
    /** After how much silence a stream of events shows by a comment that it lives; 0 for never. Default `'15s'`. */
    readonly keep_alive?: Duration
  }
}

const text: Rule = { kind: 'text' }
const texts: Rule = { kind: 'list', item: text }
const duration: Rule = { kind: 'duration' }
const boolean: Rule = { kind: 'boolean' }
const count: Rule = { kind: 'number', min: 0 }

/** The schema of {@link GatewayConfig}. Unknown keys are errors. */
export const gatewayConfig = settingsSchema<GatewayConfig>({
  bind_addr: text,
  tls: tlsRule,
  enable_docs: boolean,
  openapi: { kind: 'section', keys: { title: text, version: text, description: text, servers: texts } },
  health: { kind: 'section', keys: { cache: duration, timeout: duration } },
  cors_enabled: boolean,
  cors: corsRule,
  security_headers: securityHeadersRule,
  access_log: boolean,
  trusted_proxies: count,
  warm_up: boolean,
  defaults: {
    kind: 'section',
    keys: {
      body_limit_bytes: count,
      body_values: count,
      rate_limit: {
        kind: 'section',
        keys: { rps: count, burst: count, in_flight: count, by: { kind: 'choice', words: ['operation', 'client'] } },
      },
    },
  },
  timeouts: {
    kind: 'section',
    keys: { headers: duration, request: duration, handler: duration, keep_alive: duration },
  },
  sse: { kind: 'section', keys: { keep_alive: duration } },
})

/** What the document says of itself. */
export interface DocumentSettings {
  readonly title: string
  readonly version: string
  readonly description: string | undefined
  readonly servers: readonly string[]
}

/** The configuration with every default in its place. */
export interface GatewaySettings {
  readonly address: ListenAddress
  readonly tls: TlsSettings | undefined
  readonly servesDocument: boolean
  readonly document: DocumentSettings
  readonly healthCacheMs: number
  readonly healthTimeoutMs: number
  readonly cors: CorsSettings | undefined
  readonly securityHeaders: SecurityHeaderSettings | undefined
  readonly writesAccessLog: boolean
  readonly trustedProxies: number
  readonly warmsUp: boolean
  readonly bodyLimitBytes: number
  readonly mostBodyValues: number
  readonly rateLimit: RateLimit | undefined
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly handlerTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  readonly keepAliveMs: number
}

/** @throws HostError `LISTEN_ADDRESS_INVALID`, `DURATION_INVALID` or `GATEWAY_CONFIG_INVALID` */
export function gatewaySettings(config: GatewayConfig): GatewaySettings {
  const { headers, request, handler, keep_alive } = config.timeouts ?? {}
  const { cache, timeout } = config.health ?? {}
  return {
    address: parseListenAddress(config.bind_addr ?? '127.0.0.1:8087', 'bind_addr'),
    tls: tlsSettings(config.tls),
    servesDocument: config.enable_docs ?? true,
    document: documentSettings(config.openapi ?? {}),
    healthCacheMs: parseDuration(cache ?? '1s', 'health.cache'),
    healthTimeoutMs: parseDuration(timeout ?? '2s', 'health.timeout'),
    cors: config.cors_enabled === true ? corsSettings(config.cors ?? {}) : undefined,
    securityHeaders: securityHeaderSettings(config.security_headers, config.tls !== undefined),
    writesAccessLog: config.access_log ?? true,
    trustedProxies: config.trusted_proxies ?? 0,
    warmsUp: config.warm_up ?? true,
    bodyLimitBytes: config.defaults?.body_limit_bytes ?? 16 * 1_024 * 1_024,
    mostBodyValues: config.defaults?.body_values ?? 100_000,
    rateLimit: rateLimitOf(config.defaults?.rate_limit),
    headersTimeoutMs: parseDuration(headers ?? '10s', 'timeouts.headers'),
    requestTimeoutMs: parseDuration(request ?? '60s', 'timeouts.request'),
    handlerTimeoutMs: parseDuration(handler ?? '30s', 'timeouts.handler'),
    keepAliveTimeoutMs: parseDuration(keep_alive ?? '5s', 'timeouts.keep_alive'),
    keepAliveMs: parseDuration(config.sse?.keep_alive ?? '15s', 'sse.keep_alive'),
  }
}

function rateLimitOf(config: NonNullable<GatewayConfig['defaults']>['rate_limit']): RateLimit | undefined {
  if (config === undefined) return undefined
  const { in_flight: inFlight, ...rest } = config
  const limit = { ...rest, ...(inFlight !== undefined && { inFlight }) }
  const reason = objectionToLimit(limit)
  if (reason === undefined) return limit
  throw new HostError('GATEWAY_CONFIG_INVALID', { setting: 'defaults.rate_limit', reason })
}

function documentSettings({
  title,
  version,
  description,
  servers,
}: NonNullable<GatewayConfig['openapi']>): DocumentSettings {
  return { title: title ?? 'API', version: version ?? '0.1.0', description, servers: servers ?? [] }
}
