import { fromJSON, type MessageTypeDefinition } from '@grpc/proto-loader'
import { schema } from './status-schema.js'

/** The metadata key under which every gRPC implementation looks for a `google.rpc.Status`. */
export const STATUS_DETAILS_KEY = 'grpc-status-details-bin'

/** `google.rpc.ErrorInfo`: what a program needs to know about an error. */
export interface ErrorInfo {
  /** The error's code. */
  readonly reason: string
  /** Who defines the code. */
  readonly domain: string
  readonly metadata: Readonly<Record<string, string>>
}

/** One of the violations of a `google.rpc.BadRequest`. */
export interface FieldViolation {
  /** Path of the field within the request. */
  readonly field: string
  readonly description: string
}

/** A `google.rpc.Status` as far as we read and write it. */
export interface StatusDetails {
  /** The gRPC status code. */
  readonly code: number
  readonly message: string
  readonly errorInfo?: ErrorInfo | undefined
  /** `google.rpc.BadRequest`. */
  readonly violations?: readonly FieldViolation[] | undefined
  /** `google.rpc.RetryInfo`: how long to wait before the call is tried again. */
  readonly retryAfterMs?: number | undefined
  /** `google.rpc.RequestInfo`: under what the callee's log knows the call. */
  readonly requestId?: string | undefined
}

type Codec = MessageTypeDefinition<object, object>

/** The messages of details as the schema gives them. */
interface DetailMessages {
  readonly ErrorInfo: ErrorInfo
  readonly BadRequest: { readonly fieldViolations: readonly FieldViolation[] }
  readonly RetryInfo: { readonly retryDelay: Duration | null }
  readonly RequestInfo: { readonly requestId: string }
}

type DetailName = keyof DetailMessages

const URL_PREFIX = 'type.googleapis.com/google.rpc.'

let codecs: Readonly<Record<string, Codec>> | undefined

/** Built when the first error passes: most processes that import this package see none for a while. */
function codecOf(name: DetailName | 'Status'): Codec {
  // All names of the type are messages of the schema.
  codecs ??= fromJSON(schema, { defaults: true, longs: Number }) as unknown as Readonly<Record<string, Codec>>
  return codecs[`google.rpc.${name}`] as Codec
}

/** The bytes of a `google.rpc.Status`. */
export function encodeStatusDetails(status: StatusDetails): Buffer {
  const { code, message, errorInfo, violations, retryAfterMs, requestId } = status
  const details = [
    ...(errorInfo ? [pack('ErrorInfo', errorInfo)] : []),
    ...(violations?.length ? [pack('BadRequest', { fieldViolations: violations })] : []),
    ...(retryAfterMs === undefined ? [] : [pack('RetryInfo', { retryDelay: durationOf(retryAfterMs) })]),
    ...(requestId === undefined ? [] : [pack('RequestInfo', { requestId })]),
  ]
  return codecOf('Status').serialize({ code, message, details })
}

/** Reads a `google.rpc.Status`; `undefined` when the bytes are none. Details of other kinds are passed over. */
export function decodeStatusDetails(bytes: Uint8Array): StatusDetails | undefined {
  try {
    const read = codecOf('Status').deserialize(Buffer.from(bytes)) as DecodedStatus
    const { fieldViolations } = unpack(read, 'BadRequest') ?? {}
    const { retryDelay } = unpack(read, 'RetryInfo') ?? {}
    return {
      code: read.code,
      message: read.message,
      errorInfo: unpack(read, 'ErrorInfo'),
      violations: fieldViolations?.map(({ field, description }) => ({ field, description })),
      retryAfterMs: retryDelay ? retryDelay.seconds * 1_000 + Math.round(retryDelay.nanos / 1e6) : undefined,
      requestId: unpack(read, 'RequestInfo')?.requestId,
    }
  } catch {
    // The bytes come from a peer: what cannot be read says nothing, and the status code remains.
    return undefined
  }
}

interface DecodedStatus {
  readonly code: number
  readonly message: string
  readonly details: readonly Packed[]
}

interface Packed {
  readonly typeUrl: string
  readonly value: Uint8Array
}

interface Duration {
  readonly seconds: number
  readonly nanos: number
}

function durationOf(milliseconds: number): Duration {
  return { seconds: Math.floor(milliseconds / 1_000), nanos: Math.round((milliseconds % 1_000) * 1e6) }
}

function pack(name: DetailName, message: object): Packed {
  return { typeUrl: `${URL_PREFIX}${name}`, value: codecOf(name).serialize(message) }
}

function unpack<N extends DetailName>({ details }: DecodedStatus, name: N): DetailMessages[N] | undefined {
  const packed = details.find(({ typeUrl }) => typeUrl === `${URL_PREFIX}${name}`)
  return packed && (codecOf(name).deserialize(Buffer.from(packed.value)) as unknown as DetailMessages[N])
}
