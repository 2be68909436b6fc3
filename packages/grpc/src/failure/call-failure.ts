import { Metadata, status } from '@grpc/grpc-js'
import { isHostError, Problem } from '@modkit/core'
import { currentRequest, randomHex } from '@modkit/core/spi'
import { encodeHostError, encodeProblem } from './encode-error.js'
import { headerText } from './header-text.js'
import { statusCodeOf, statusCodeOfHttp } from './status-codes.js'
import { encodeStatusDetails, STATUS_DETAILS_KEY } from './status-details.js'

interface CallFailureOptions {
  readonly metadata?: Metadata
  readonly cause?: unknown
  readonly traceId?: string
}

/** How a call ends when it does not end well: what grpc-js sends, and the error behind it. */
export class CallFailure extends Error {
  readonly code: status
  /** What the caller is told. */
  readonly details: string
  readonly metadata: Metadata
  /** Under what the caller and the log know an error whose message stays here. */
  readonly traceId: string | undefined

  constructor(code: status, details: string, options: CallFailureOptions = {}) {
    super(details, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'CallFailure'
    this.code = code
    this.details = headerText(details)
    this.metadata = options.metadata ?? new Metadata()
    this.traceId = options.traceId
  }
}

/**
 * What a caller learns of an error that a handler threw.
 *
 * An error of a catalogue keeps code, message, hint and details; a `Problem` all that an HTTP client would be shown. Anything
 * else is INTERNAL with a trace id and nothing more: its message was not written for strangers.
 */
export function callFailureOf(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error
  if (Problem.is(error)) {
    const code = statusCodeOfHttp(error.status)
    return new CallFailure(code, error.message, { metadata: carrying(encodeProblem(error, code)), cause: error })
  }
  if (!isHostError(error)) return internalFailure(error)
  const code = statusCodeOf(error)
  return new CallFailure(code, error.message, { metadata: carrying(encodeHostError(error, code)), cause: error })
}

function internalFailure(cause: unknown): CallFailure {
  const message = 'Internal error.'
  const traceId = currentTraceId() ?? randomHex(16)
  const metadata = carrying(encodeStatusDetails({ code: status.INTERNAL, message, requestId: traceId }))
  return new CallFailure(status.INTERNAL, message, { metadata, cause, traceId })
}

function carrying(details: Buffer): Metadata {
  const metadata = new Metadata()
  metadata.set(STATUS_DETAILS_KEY, details)
  return metadata
}

/** The second part of a `traceparent`. */
function currentTraceId(): string | undefined {
  return currentRequest()?.traceparent?.split('-')[1]
}
