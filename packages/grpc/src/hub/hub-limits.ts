import type { ServerOptions } from '@grpc/grpc-js'
import type { Duration } from '@modkit/core'
import { parseDuration, type Rule } from '@modkit/core/spi'

/** `modules.grpc-hub.config.limits`: what clients may ask of the hub at most. */
export interface LimitsConfig {
  /** The largest request message, in bytes. Larger ones are refused with RESOURCE_EXHAUSTED. Default 4 MiB, as peers have. */
  readonly max_receive_message_bytes?: number
  /** The largest response message, in bytes. Default 4 MiB. */
  readonly max_send_message_bytes?: number
  /** Calls in flight per connection; clients queue what is beyond. Default 1000. */
  readonly max_concurrent_streams?: number
  /** Connections at once; what is beyond is closed at once. Default 10,000. */
  readonly max_connections?: number
  /** After how long a connection is asked to end, so that clients spread anew; 0 for never. Default 0. */
  readonly max_connection_age?: Duration
  /** How long the calls of such a connection may go on; 0 for as long as they like. Default `'30s'`. */
  readonly max_connection_age_grace?: Duration
  /** After how long without calls a connection is asked to end; 0 for never. Default `'5m'`. */
  readonly max_connection_idle?: Duration
}

/** `modules.grpc-hub.config.keepalive`: how the hub notices that a peer is gone which did not say so. */
export interface KeepaliveConfig {
  /** After how much silence a connection is pinged; 0 for never. Default `'30s'`. */
  readonly interval?: Duration
  /** How long the answer to a ping may take before the connection and its calls are ended. Default `'10s'`. */
  readonly timeout?: Duration
}

/** The section as it was written until it became one: at the top of the hub's own. Still read. */
export type FlatLimits = Pick<
  LimitsConfig,
  'max_receive_message_bytes' | 'max_send_message_bytes' | 'max_concurrent_streams'
>

/** What a client may ask of the hub at most, and how long silence is waited for. */
export interface HubLimits {
  readonly maxReceiveMessageBytes: number
  readonly maxSendMessageBytes: number
  readonly maxConcurrentStreams: number
  readonly maxConnections: number
  /** Here and below: 0 for never. */
  readonly maxConnectionAgeMs: number
  readonly maxConnectionAgeGraceMs: number
  readonly maxConnectionIdleMs: number
  readonly keepaliveIntervalMs: number
  readonly keepaliveTimeoutMs: number
}

const count: Rule = { kind: 'number', min: 1 }
const duration: Rule = { kind: 'duration' }

export const flatLimitsRules: Readonly<Record<keyof FlatLimits, Rule>> = {
  max_receive_message_bytes: count,
  max_send_message_bytes: count,
  max_concurrent_streams: count,
}

export const limitsRule: Rule = {
  kind: 'section',
  keys: {
    ...flatLimitsRules,
    max_connections: count,
    max_connection_age: duration,
    max_connection_age_grace: duration,
    max_connection_idle: duration,
  },
}

export const keepaliveRule: Rule = { kind: 'section', keys: { interval: duration, timeout: duration } }

/** What grpc peers accept by default, so that a message that the hub lets through reaches the other side, too. */
const DEFAULT_MESSAGE_BYTES = 4 * 1024 * 1024

/** The longest wait that a timer of Node can hold: what is longer would fire at once. */
const LONGEST_MS = 2 ** 31 - 1

const defaultLimits = {
  max_receive_message_bytes: DEFAULT_MESSAGE_BYTES,
  max_send_message_bytes: DEFAULT_MESSAGE_BYTES,
  max_concurrent_streams: 1_000,
  max_connections: 10_000,
  max_connection_age: 0,
  max_connection_age_grace: '30s',
  max_connection_idle: '5m',
} as const satisfies Required<LimitsConfig>

const defaultKeepalive = { interval: '30s', timeout: '10s' } as const satisfies Required<KeepaliveConfig>

export function hubLimits(limits: LimitsConfig, keepalive: KeepaliveConfig): HubLimits {
  const limit = { ...defaultLimits, ...limits }
  const ping = { ...defaultKeepalive, ...keepalive }
  return {
    maxReceiveMessageBytes: limit.max_receive_message_bytes,
    maxSendMessageBytes: limit.max_send_message_bytes,
    maxConcurrentStreams: limit.max_concurrent_streams,
    maxConnections: limit.max_connections,
    maxConnectionAgeMs: milliseconds(limit.max_connection_age),
    maxConnectionAgeGraceMs: milliseconds(limit.max_connection_age_grace),
    maxConnectionIdleMs: milliseconds(limit.max_connection_idle),
    keepaliveIntervalMs: milliseconds(ping.interval),
    keepaliveTimeoutMs: milliseconds(ping.timeout),
  }
}

/** The rules have let through what is a duration. */
function milliseconds(duration: Duration): number {
  return Math.min(parseDuration(duration, 'modules.grpc-hub.config'), LONGEST_MS)
}

/** The limits as grpc-js takes them, whose own defaults are no limits. */
export function serverOptions(limits: HubLimits): ServerOptions {
  return {
    'grpc.max_receive_message_length': limits.maxReceiveMessageBytes,
    'grpc.max_send_message_length': limits.maxSendMessageBytes,
    'grpc.max_concurrent_streams': limits.maxConcurrentStreams,
    ...orNever('grpc.keepalive_time_ms', limits.keepaliveIntervalMs),
    'grpc.keepalive_timeout_ms': limits.keepaliveTimeoutMs,
    ...orNever('grpc.max_connection_age_ms', limits.maxConnectionAgeMs),
    ...orNever('grpc.max_connection_age_grace_ms', limits.maxConnectionAgeGraceMs),
    ...orNever('grpc.max_connection_idle_ms', limits.maxConnectionIdleMs),
    // Statistics that nothing reads, kept per connection and call.
    'grpc.enable_channelz': 0,
  }
}

function orNever(option: keyof ServerOptions, milliseconds: number): ServerOptions {
  return milliseconds === 0 ? {} : { [option]: milliseconds }
}
