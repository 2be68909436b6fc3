import { didYouMean, nearest } from '@modkit/core/spi'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { parseListenAddress, type ListenAddress } from './endpoint.js'

/** The settings of the hub, checked. */
export interface HubSettings {
  readonly listenAddress: ListenAddress
  readonly limits: HubLimits
}

/** What a client may ask of the hub at most. */
export interface HubLimits {
  /** The largest request message, in bytes. Larger ones are refused with RESOURCE_EXHAUSTED. */
  readonly maxReceiveMessageBytes: number
  /** The largest response message, in bytes. */
  readonly maxSendMessageBytes: number
  /** Calls in flight per connection; clients queue what is beyond. */
  readonly maxConcurrentStreams: number
}

const MEBIBYTE = 1024 * 1024

/** What grpc peers accept by default, so that a message that the hub lets through reaches the other side, too. */
const DEFAULT_MESSAGE_BYTES = 4 * MEBIBYTE

/** The configuration as it is written, with its defaults. */
const defaults = {
  listen_addr: '127.0.0.1:50051',
  max_receive_message_bytes: DEFAULT_MESSAGE_BYTES,
  max_send_message_bytes: DEFAULT_MESSAGE_BYTES,
  max_concurrent_streams: 1_000,
} as const

type HubKey = keyof typeof defaults

/** How the section `modules.grpc-hub.config` may look. */
export type HubConfigInput = { readonly [K in HubKey]?: K extends 'listen_addr' ? string : number }

/** The schema of `modules.grpc-hub.config`. */
export const hubConfig: StandardSchemaV1<HubConfigInput, HubSettings> = {
  '~standard': { version: 1, vendor: 'modkit', validate },
}

/** What the hub does when nothing is configured. */
export const defaultHubSettings: HubSettings = read(defaults).settings

function validate(value: unknown): StandardSchemaV1.Result<HubSettings> {
  if (typeof value !== 'object' || value === null) return { issues: [{ message: 'must be an object' }] }
  const { settings, issues } = read({ ...defaults, ...value })
  return issues.length > 0 ? { issues } : { value: settings }
}

type Written = Readonly<Record<string, unknown>>

function read(written: Written): { readonly settings: HubSettings; readonly issues: StandardSchemaV1.Issue[] } {
  const issues = unknownKeys(written)
  const settings = {
    listenAddress: readAddress(written, issues),
    limits: {
      maxReceiveMessageBytes: readCount('max_receive_message_bytes', written, issues),
      maxSendMessageBytes: readCount('max_send_message_bytes', written, issues),
      maxConcurrentStreams: readCount('max_concurrent_streams', written, issues),
    },
  }
  return { settings, issues }
}

function unknownKeys(written: Written): StandardSchemaV1.Issue[] {
  const known = Object.keys(defaults)
  return Object.keys(written)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      message: `is not a setting of the hub. ${didYouMean(nearest(key, known))}`.trim(),
      path: [key],
    }))
}

function readAddress(written: Written, issues: StandardSchemaV1.Issue[]): ListenAddress {
  const value = String(written['listen_addr'])
  const address = parseListenAddress(value)
  if (address.kind !== 'bad') return address
  issues.push({ message: `"${value}" is not an address to listen on: ${address.reason}`, path: ['listen_addr'] })
  return { kind: 'tcp', host: '', port: 0 }
}

/** The environment can only give texts, so a number may come as one. */
function readCount(key: HubKey, written: Written, issues: StandardSchemaV1.Issue[]): number {
  const value = written[key]
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof count === 'number' && Number.isSafeInteger(count) && count > 0) return count
  issues.push({ message: 'must be a whole number above 0', path: [key] })
  return 0
}
