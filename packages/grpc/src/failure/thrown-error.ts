import { Metadata } from '@grpc/grpc-js'
import { HostError, isHostError, Problem, type ProblemOptions } from '@modkit/core'
import { contractError } from '@modkit/core/spi'
import { ERROR_DOMAIN, PROBLEM_DOMAIN } from './encode-error.js'
import { decodeStatusDetails, STATUS_DETAILS_KEY, type StatusDetails } from './status-details.js'

/**
 * The error that the callee threw, a host error or a `Problem`, with the same code, message, hint and details; `undefined`
 * when what the call failed with carries none.
 */
export function thrownErrorOf(failure: unknown): HostError | Problem | undefined {
  const status = statusDetailsOf(failure)
  const domain = status?.errorInfo?.domain
  if (status && domain === ERROR_DOMAIN) return readHostError(status, failure)
  return status && domain === PROBLEM_DOMAIN ? readProblem(status, failure) : undefined
}

/** The host error that the callee threw; `undefined` when what the call failed with carries none. */
export function hostErrorOf(failure: unknown): HostError | undefined {
  const thrown = thrownErrorOf(failure)
  return isHostError(thrown) ? thrown : undefined
}

/** What a failed call says beyond its status code, whoever said it. */
export function statusDetailsOf(failure: unknown): StatusDetails | undefined {
  const { metadata } = (failure ?? {}) as { readonly metadata?: unknown }
  const bytes = metadata instanceof Metadata ? metadata.get(STATUS_DETAILS_KEY)[0] : undefined
  return bytes instanceof Uint8Array ? decodeStatusDetails(bytes) : undefined
}

function readHostError({ message, errorInfo }: StatusDetails, cause: unknown): HostError {
  const { hint, details, http_status } = errorInfo?.metadata ?? {}
  const options = { text: { message, hint }, cause }
  const code = errorInfo?.reason ?? ''
  return http_status === undefined
    ? new HostError(code, parse(details), options)
    : contractError(code, parse(details), { ...options, status: Number(http_status) })
}

function readProblem({ message, errorInfo }: StatusDetails, cause: unknown): Problem {
  const options = problemOptionsOf(parse(errorInfo?.metadata['problem'])) ?? { detail: message }
  return new Problem({ status: 500, ...options, cause })
}

/** Only our side writes the domain; from a peer that writes nonsense under it the message of the status has to do. */
function problemOptionsOf(read: unknown): Partial<ProblemOptions> | undefined {
  if (typeof read !== 'object' || read === null) return undefined
  const options = read as Readonly<Record<string, unknown>>
  const isTextOrNone = (key: string): boolean => ['string', 'undefined'].includes(typeof options[key])
  return ['title', 'type', 'detail', 'code'].every(isTextOrNone) ? options : undefined
}

function parse(json: string | undefined): unknown {
  if (json === undefined) return undefined
  try {
    return JSON.parse(json) as unknown
  } catch {
    // Written by a peer of another make; the error is worth having without its details.
    return undefined
  }
}
