import { fromJSON, type MessageTypeDefinition } from '@grpc/proto-loader'

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

/** A `google.rpc.Status` as far as we read and write it. */
export interface StatusDetails {
  /** The gRPC status code. */
  readonly code: number
  readonly message: string
  readonly errorInfo: ErrorInfo
}

/** The public messages of googleapis that carry error details, so that peers in other languages understand them. */
const schema = {
  nested: {
    google: {
      nested: {
        protobuf: {
          nested: { Any: { fields: { type_url: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } } },
        },
        rpc: {
          nested: {
            Status: {
              fields: {
                code: { type: 'int32', id: 1 },
                message: { type: 'string', id: 2 },
                details: { rule: 'repeated', type: 'google.protobuf.Any', id: 3 },
              },
            },
            ErrorInfo: {
              fields: {
                reason: { type: 'string', id: 1 },
                domain: { type: 'string', id: 2 },
                metadata: { keyType: 'string', type: 'string', id: 3 },
              },
            },
          },
        },
      },
    },
  },
}

const ERROR_INFO_URL = 'type.googleapis.com/google.rpc.ErrorInfo'

interface Codecs {
  readonly status: MessageTypeDefinition<object, object>
  readonly errorInfo: MessageTypeDefinition<object, object>
}

let codecs: Codecs | undefined

/** Built when the first error passes: most processes that import this package see none for a while. */
function loadCodecs(): Codecs {
  const definitions = fromJSON(schema, { defaults: true })
  codecs ??= {
    // Both are messages of the schema above.
    status: definitions['google.rpc.Status'] as Codecs['status'],
    errorInfo: definitions['google.rpc.ErrorInfo'] as Codecs['errorInfo'],
  }
  return codecs
}

/** The bytes of a `google.rpc.Status`. */
export function encodeStatusDetails(details: StatusDetails): Buffer {
  const { status, errorInfo } = codecs ?? loadCodecs()
  const { code, message } = details
  return status.serialize({
    code,
    message,
    details: [{ type_url: ERROR_INFO_URL, value: errorInfo.serialize(details.errorInfo) }],
  })
}

/** Reads a `google.rpc.Status`; `undefined` when the bytes are none or hold no `ErrorInfo`. */
export function decodeStatusDetails(bytes: Uint8Array): StatusDetails | undefined {
  const { status, errorInfo } = codecs ?? loadCodecs()
  try {
    const read = status.deserialize(Buffer.from(bytes)) as DecodedStatus
    const info = read.details.find((detail) => detail.type_url === ERROR_INFO_URL)
    if (!info) return undefined
    return {
      code: read.code,
      message: read.message,
      errorInfo: errorInfo.deserialize(Buffer.from(info.value)) as unknown as ErrorInfo,
    }
  } catch {
    // The bytes come from a peer: what cannot be read says nothing, and the status code remains.
    return undefined
  }
}

interface DecodedStatus {
  readonly code: number
  readonly message: string
  readonly details: readonly { readonly type_url: string; readonly value: Uint8Array }[]
}
