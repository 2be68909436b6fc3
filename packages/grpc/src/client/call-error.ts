import { status, type ServiceError } from '@grpc/grpc-js'
import { HostError, type ErrorDetails } from '@modkit/core'
import { statusDetailsOf, thrownErrorOf } from '../failure/thrown-error.js'

/** Which call it is, for errors. */
export interface CallNames {
  /** The name of the client's key. */
  readonly client: string
  /** `/calculator.v1.Calculator/Add`. */
  readonly path: string
}

/** What grpc-js says of a call that failed. */
export type Failure = Pick<ServiceError, 'code' | 'details' | 'metadata'>

/** The error of a call that failed: what the callee threw, else what the status means. `afterMs` is what its deadline was. */
export function callErrorOf(failure: Failure, { client, path }: CallNames, afterMs: number): Error {
  const thrown = thrownErrorOf(failure)
  if (thrown) return thrown
  const { code, details: reason } = failure
  const because = { cause: failure }
  const operation = `The call ${path}`
  if (code === status.DEADLINE_EXCEEDED) return new HostError('DEADLINE_EXCEEDED', { operation, afterMs }, because)
  if (code === status.CANCELLED) return new HostError('CANCELLED', { operation }, because)
  if (code === status.UNAVAILABLE) {
    return new HostError('CLIENT_UNAVAILABLE', { client, reason: reason.replace(/\.$/, '') }, because)
  }
  return new HostError('GRPC_CALL_FAILED', { client, path, ...statusOf(failure) }, because)
}

function statusOf(failure: Failure): Omit<ErrorDetails<'GRPC_CALL_FAILED'>, 'client' | 'path'> {
  const said = statusDetailsOf(failure)
  const { errorInfo, violations, retryAfterMs, requestId } = said ?? {}
  return {
    status: status[failure.code],
    reason: failure.details,
    ...(errorInfo && { error: { reason: errorInfo.reason, domain: errorInfo.domain } }),
    ...(violations && { violations }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(requestId !== undefined && { traceId: requestId }),
  }
}
