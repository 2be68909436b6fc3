import { parseDuration, type Rule } from '@modkit/core/spi'
import type { Duration } from '@modkit/core'
import { clientTlsRule, type ClientTlsConfig } from '../tls/client-tls-settings.js'

/** `modules.grpc-hub.config.client`: how the modules of this process call those of others. */
export interface ClientConfig {
  /** How long a call may take whose caller sets no deadline. Default `10s`. */
  readonly default_deadline?: Duration
  /**
   * Whether calls wait for a connection in place of failing at once. Default: true for services that are found through a
   * directory, false for those of `endpoints`.
   */
  readonly wait_for_ready?: boolean
  /** How often a call that may be made twice is tried at most while the service is unavailable, 1 to 5. Default 4. */
  readonly attempts?: number
  /** After how long without a word from a peer it is asked whether it lives; `0` for never. Default `30s`. */
  readonly keepalive_interval?: Duration
  /** How long the answer may take. Default `10s`. */
  readonly keepalive_timeout?: Duration
  /** The largest response message, in bytes. A larger one fails its call with RESOURCE_EXHAUSTED. Default 4 MiB, as hubs send. */
  readonly max_receive_message_bytes?: number
  /**
   * Encode and decode the calls of modules of this process, too, so that what would break between processes breaks at
   * once. For development. Default false.
   */
  readonly strict_local?: boolean
  /** Where services are that no directory knows, by their full names: `http://host:port`, `https://host:port`, `unix:///path`. */
  readonly endpoints?: Readonly<Record<string, string>>
  readonly tls?: ClientTlsConfig
}

/** {@link ClientConfig}, read. */
export interface ClientSettings {
  readonly defaultDeadlineMs: number
  /** `undefined`: as where they are found says. */
  readonly waitForReady: boolean | undefined
  readonly attempts: number
  /** 0 for never. */
  readonly keepaliveIntervalMs: number
  readonly keepaliveTimeoutMs: number
  readonly maxReceiveMessageBytes: number
  readonly strictLocal: boolean
  readonly endpoints: Readonly<Record<string, string>>
  readonly tls: ClientTlsConfig | undefined
}

const duration: Rule = { kind: 'duration' }

export const clientRule: Rule = {
  kind: 'section',
  keys: {
    default_deadline: duration,
    wait_for_ready: { kind: 'boolean' },
    attempts: { kind: 'number', min: 1 },
    keepalive_interval: duration,
    keepalive_timeout: duration,
    max_receive_message_bytes: { kind: 'number', min: 1 },
    strict_local: { kind: 'boolean' },
    endpoints: { kind: 'named', each: { kind: 'text' } },
    tls: clientTlsRule,
  },
}

const defaults = {
  default_deadline: '10s',
  attempts: 4,
  keepalive_interval: '30s',
  keepalive_timeout: '10s',
  max_receive_message_bytes: 4 * 1024 * 1024,
  strict_local: false,
  endpoints: {},
} as const satisfies ClientConfig

/** The settings as they are when `config` says nothing else. */
export function clientSettings(config: ClientConfig = {}): ClientSettings {
  const written: ClientConfig & Required<Omit<ClientConfig, 'wait_for_ready' | 'tls'>> = { ...defaults, ...config }
  return {
    defaultDeadlineMs: milliseconds(written.default_deadline),
    waitForReady: written.wait_for_ready,
    attempts: written.attempts,
    keepaliveIntervalMs: milliseconds(written.keepalive_interval),
    keepaliveTimeoutMs: milliseconds(written.keepalive_timeout),
    maxReceiveMessageBytes: written.max_receive_message_bytes,
    strictLocal: written.strict_local,
    endpoints: written.endpoints,
    tls: written.tls,
  }
}

/** The rules have let through what is a duration. */
function milliseconds(value: Duration): number {
  return parseDuration(value, 'modules.grpc-hub.config.client')
}
