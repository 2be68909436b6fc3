import type { Duration } from '@modkit/core'
import { parseDuration, settingsSchema, type Rule } from '@modkit/core/spi'
import { parseListenAddress, type ListenAddress } from './server/listen-address.js'

/** `modules.api-gateway.config`. */
export interface GatewayConfig {
  /** `host:port`; port 0 takes any free one. Default `127.0.0.1:8087`: reachable from this machine alone. */
  readonly bind_addr?: string
  /** Whether `/openapi.json` is served. Default true. */
  readonly enable_docs?: boolean
  /** What the document says of itself. */
  readonly openapi?: { readonly title?: string; readonly version?: string; readonly description?: string }
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
  readonly sse?: {
    /** After how much silence a stream of events shows by a comment that it lives; 0 for never. Default `'15s'`. */
    readonly keep_alive?: Duration
  }
}

const text: Rule = { kind: 'text' }
const duration: Rule = { kind: 'duration' }

/** The schema of {@link GatewayConfig}. Unknown keys are errors. */
export const gatewayConfig = settingsSchema<GatewayConfig>({
  bind_addr: text,
  enable_docs: { kind: 'boolean' },
  openapi: { kind: 'section', keys: { title: text, version: text, description: text } },
  defaults: { kind: 'section', keys: { body_limit_bytes: { kind: 'number', min: 0 } } },
  timeouts: { kind: 'section', keys: { headers: duration, request: duration, handler: duration } },
  sse: { kind: 'section', keys: { keep_alive: duration } },
})

/** The configuration with every default in its place. */
export interface GatewaySettings {
  readonly address: ListenAddress
  readonly servesDocument: boolean
  readonly document: { readonly title: string; readonly version: string; readonly description: string | undefined }
  readonly bodyLimitBytes: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly handlerTimeoutMs: number
  readonly keepAliveMs: number
}

/** @throws HostError `LISTEN_ADDRESS_INVALID` or `DURATION_INVALID` */
export function gatewaySettings(config: GatewayConfig): GatewaySettings {
  const { headers, request, handler } = config.timeouts ?? {}
  return {
    address: parseListenAddress(config.bind_addr ?? '127.0.0.1:8087', 'bind_addr'),
    servesDocument: config.enable_docs ?? true,
    document: { title: 'API', version: '0.1.0', description: undefined, ...config.openapi },
    bodyLimitBytes: config.defaults?.body_limit_bytes ?? 16 * 1_024 * 1_024,
    headersTimeoutMs: parseDuration(headers ?? '10s', 'timeouts.headers'),
    requestTimeoutMs: parseDuration(request ?? '60s', 'timeouts.request'),
    handlerTimeoutMs: parseDuration(handler ?? '30s', 'timeouts.handler'),
    keepAliveMs: parseDuration(config.sse?.keep_alive ?? '15s', 'sse.keep_alive'),
  }
}
