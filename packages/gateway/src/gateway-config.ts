import type { Duration } from '@modkit/core'
import { parseDuration, settingsSchema, type Rule } from '@modkit/core/spi'
import { parseListenAddress, type ListenAddress } from './server/listen-address.js'

/** `modules.api-gateway.config`. */
export interface GatewayConfig {
  /** `host:port`; port 0 takes any free one. Default `127.0.0.1:8087`: reachable from this machine alone. */
  readonly bind_addr?: string
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
  /** What operations have that say nothing else. */
  readonly defaults?: {
    /** How large a body may be. Default 16 MiB. */
    readonly body_limit_bytes?: number
  }
  readonly timeouts?: {
    /** The head of a request. Default `'10s'`. */
    readonly headers?: Duration
    /** A request with its body, until all of it is here. Default `'60s'`. */
    readonly request?: Duration
    /** What an operation does from there on, until its answer begins. Default `'30s'`. */
    readonly handler?: Duration
  }
}

const text: Rule = { kind: 'text' }
const texts: Rule = { kind: 'list', item: text }
const duration: Rule = { kind: 'duration' }

/** The schema of {@link GatewayConfig}. Unknown keys are errors. */
export const gatewayConfig = settingsSchema<GatewayConfig>({
  bind_addr: text,
  enable_docs: { kind: 'boolean' },
  openapi: { kind: 'section', keys: { title: text, version: text, description: text, servers: texts } },
  health: { kind: 'section', keys: { cache: duration, timeout: duration } },
  defaults: { kind: 'section', keys: { body_limit_bytes: { kind: 'number', min: 0 } } },
  timeouts: { kind: 'section', keys: { headers: duration, request: duration, handler: duration } },
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
  readonly servesDocument: boolean
  readonly document: DocumentSettings
  readonly healthCacheMs: number
  readonly healthTimeoutMs: number
  readonly bodyLimitBytes: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly handlerTimeoutMs: number
}

/** @throws HostError `LISTEN_ADDRESS_INVALID` or `DURATION_INVALID` */
export function gatewaySettings(config: GatewayConfig): GatewaySettings {
  const { headers, request, handler } = config.timeouts ?? {}
  const { cache, timeout } = config.health ?? {}
  return {
    address: parseListenAddress(config.bind_addr ?? '127.0.0.1:8087', 'bind_addr'),
    servesDocument: config.enable_docs ?? true,
    document: documentSettings(config.openapi ?? {}),
    healthCacheMs: parseDuration(cache ?? '1s', 'health.cache'),
    healthTimeoutMs: parseDuration(timeout ?? '2s', 'health.timeout'),
    bodyLimitBytes: config.defaults?.body_limit_bytes ?? 16 * 1_024 * 1_024,
    headersTimeoutMs: parseDuration(headers ?? '10s', 'timeouts.headers'),
    requestTimeoutMs: parseDuration(request ?? '60s', 'timeouts.request'),
    handlerTimeoutMs: parseDuration(handler ?? '30s', 'timeouts.handler'),
  }
}

function documentSettings({
  title,
  version,
  description,
  servers,
}: NonNullable<GatewayConfig['openapi']>): DocumentSettings {
  return { title: title ?? 'API', version: version ?? '0.1.0', description, servers: servers ?? [] }
}
