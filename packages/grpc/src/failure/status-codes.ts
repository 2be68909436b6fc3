import { status } from '@grpc/grpc-js'
import { contractStatusOf } from '@modkit/core/spi'
import type { HostError } from '@modkit/core'

/** The errors of the runtime that mean something to a caller. All others are faults of the callee. */
const byCode: Readonly<Record<string, status>> = {
  AUTHENTICATOR_UNAVAILABLE: status.UNAVAILABLE,
  CALLER_NOT_VOUCHED: status.UNAUTHENTICATED,
  CALLER_UNKNOWN: status.UNAUTHENTICATED,
  CANCELLED: status.CANCELLED,
  CLIENT_UNAVAILABLE: status.UNAVAILABLE,
  DB_POOL_EXHAUSTED: status.UNAVAILABLE,
  DB_SERIALIZATION_FAILURE: status.ABORTED,
  DB_STATEMENT_TIMEOUT: status.DEADLINE_EXCEEDED,
  DB_UNAVAILABLE: status.UNAVAILABLE,
  DEADLINE_EXCEEDED: status.DEADLINE_EXCEEDED,
  MODULE_UNAVAILABLE: status.UNAVAILABLE,
  SERVICE_NOT_FOUND: status.UNAVAILABLE,
}

/** After the table in google/rpc/code.proto, read from right to left. */
const byHttpStatus: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  408: status.DEADLINE_EXCEEDED,
  409: status.ABORTED,
  410: status.NOT_FOUND,
  412: status.FAILED_PRECONDITION,
  416: status.OUT_OF_RANGE,
  422: status.INVALID_ARGUMENT,
  429: status.RESOURCE_EXHAUSTED,
  499: status.CANCELLED,
  501: status.UNIMPLEMENTED,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
}

/** The gRPC status of an error of the runtime's or of a contract's catalogue. */
export function statusCodeOf(error: HostError): status {
  const http = contractStatusOf(error)
  return http === undefined ? (byCode[error.code] ?? status.INTERNAL) : statusCodeOfHttp(http)
}

/** The gRPC status that means what an HTTP status of an error means. */
export function statusCodeOfHttp(http: number): status {
  return byHttpStatus[http] ?? (http < 500 ? status.FAILED_PRECONDITION : status.INTERNAL)
}
