import { Metadata, status } from '@grpc/grpc-js'
import { HostError, isHostError, Problem } from '@modkit/core'
import { contractStatusOf, errorToJson } from '@modkit/core/spi'
import { statusCodeOf, statusCodeOfHttp } from './status-codes.js'
import { decodeStatusDetails, encodeStatusDetails, STATUS_DETAILS_KEY } from './status-details.js'

/** Says in `ErrorInfo.domain` that the rest is one of our errors. */
const DOMAIN = 'modkit'

/** Peers refuse header blocks beyond 8 KiB; base64 and the other headers need their part of it. */
const MAX_DETAILS_BYTES = 4_096

/** Texts in trailers are cut here; the whole error is in the callee's log. */
const MAX_MESSAGE_LENGTH = 1_024

/** How a call ends when it does not end well: what grpc-js sends, and the error behind it. */
export class CallFailure extends Error {
  readonly code: status
  /** What the caller is told. */
  readonly details: string
  readonly metadata: Metadata

  constructor(code: status, details: string, options: { readonly metadata?: Metadata; readonly cause?: unknown } = {}) {
    super(details, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'CallFailure'
    this.code = code
    this.details = headerText(details)
    this.metadata = options.metadata ?? new Metadata()
  }
}

/**
 * What a caller learns of an error that a handler threw.
 *
 * An error of a catalogue keeps code, message, hint and details; a `Problem` its status and what it says. Anything else is INTERNAL and nothing more: its message
 * was not written for strangers.
 */
export function callFailureOf(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error
  if (Problem.is(error)) return new CallFailure(statusCodeOfHttp(error.status), error.message, { cause: error })
  if (!isHostError(error)) return new CallFailure(status.INTERNAL, 'Internal error.', { cause: error })
  const code = statusCodeOf(error)
  const metadata = new Metadata()
  metadata.set(STATUS_DETAILS_KEY, encodeError(error, code))
  return new CallFailure(code, error.message, { metadata, cause: error })
}

/**
 * The error that the callee threw, with the same code, message, hint and details; `undefined` when what the call failed
 * with carries none.
 */
export function hostErrorOf(failure: unknown): HostError | undefined {
  const { metadata } = (failure ?? {}) as { readonly metadata?: unknown }
  const bytes = metadata instanceof Metadata ? metadata.get(STATUS_DETAILS_KEY)[0] : undefined
  const read = bytes instanceof Uint8Array ? decodeStatusDetails(bytes) : undefined
  if (read?.errorInfo.domain !== DOMAIN) return undefined
  const { hint, details } = read.errorInfo.metadata
  return new HostError(read.errorInfo.reason, parseDetails(details), {
    text: { message: read.message, hint },
    cause: failure,
  })
}

function encodeError(error: HostError, code: status): Buffer {
  const { message, hint, details } = errorToJson(error)
  const encode = (carried: Readonly<Record<string, string | undefined>>): Buffer =>
    encodeStatusDetails({
      code,
      message: headerText(message),
      errorInfo: { reason: error.code, domain: DOMAIN, metadata: withoutGaps(carried) },
    })
  const http = contractStatusOf(error)?.toString()
  const whole = encode({
    hint,
    http_status: http,
    details: details === undefined ? undefined : JSON.stringify(details),
  })
  // Better an error without its details than a connection broken by headers that are too large.
  return whole.byteLength <= MAX_DETAILS_BYTES ? whole : encode({ http_status: http })
}

function withoutGaps(record: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

function parseDetails(details: string | undefined): unknown {
  if (details === undefined) return undefined
  try {
    return JSON.parse(details) as unknown
  } catch {
    // Written by a peer of another make; the error is worth having without its details.
    return undefined
  }
}

/** grpc-js percent-encodes the text and throws, outside anybody's reach, on half a surrogate pair. */
function headerText(text: string): string {
  const cut = text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH - 1)}…` : text
  return cut.replace(/\p{Surrogate}/gu, '\uFFFD')
}
