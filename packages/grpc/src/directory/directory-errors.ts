import { status } from '@grpc/grpc-js'
import { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import { hostErrorOf } from '../failure/call-failure.js'

export interface FailedCall {
  readonly endpoint: string
  /** The error that means NOT_FOUND, where the directory does not say one of ours. */
  readonly notFound?: HostError | undefined
}

/** What the failure of a call to a directory means; one of ours is found again as it was thrown. */
export function directoryErrorOf(failure: unknown, { endpoint, notFound }: FailedCall): HostError {
  const carried = hostErrorOf(failure)
  if (carried) return carried
  const code = codeOf(failure)
  const reason = detailsOf(failure)
  if (code === status.NOT_FOUND && notFound) return notFound
  if (code === status.UNAUTHENTICATED) return new HostError('DIRECTORY_UNAUTHENTICATED', { reason }, { cause: failure })
  if (code === status.INVALID_ARGUMENT) {
    return new HostError('DIRECTORY_REQUEST_INVALID', { field: 'the request', reason }, { cause: failure })
  }
  return new HostError('DIRECTORY_UNAVAILABLE', { endpoint, reason }, { cause: failure })
}

/** Whether asking again would be answered the same. */
export function isFinal(failure: unknown): boolean {
  const code = codeOf(failure)
  return code === status.INVALID_ARGUMENT || code === status.UNIMPLEMENTED
}

export function isRefusal(failure: unknown): boolean {
  const code = codeOf(failure)
  return code === status.UNAUTHENTICATED || code === status.PERMISSION_DENIED
}

function codeOf(failure: unknown): unknown {
  return (failure as { readonly code?: unknown } | null | undefined)?.code
}

function detailsOf(failure: unknown): string {
  const { details } = (failure ?? {}) as { readonly details?: unknown }
  return (typeof details === 'string' && details !== '' ? details : messageOf(failure)).replace(/\.$/, '')
}
