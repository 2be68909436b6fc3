import { isHostError, Problem, type ErrorCode } from '@modkit/core'
import { contractStatusOf } from '@modkit/core/spi'

/** Errors of the runtime that a client may wait out. All others mean that something is wrong here. */
const RUNTIME_STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  CLIENT_UNAVAILABLE: 503,
  DB_POOL_EXHAUSTED: 503,
  DB_SERIALIZATION_FAILURE: 503,
  DB_STATEMENT_TIMEOUT: 504,
  DB_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
  MODULE_UNAVAILABLE: 503,
  SERVICE_NOT_FOUND: 503,
}

const INTERNAL_DETAIL = 'The request could not be answered. The log has the reason under this trace id.'

/** What the client may know of anything that was thrown: never a stack, a cause, or the message of an internal error. */
export function problemOf(error: unknown): Problem {
  if (Problem.is(error)) return error
  const status = contractStatusOf(error)
  if (status !== undefined && isHostError(error)) return contractProblem(status, error)
  if (isHostError(error)) {
    const runtimeStatus = (RUNTIME_STATUS as Readonly<Record<string, number | undefined>>)[error.code] ?? 500
    return new Problem({ status: runtimeStatus, code: error.code, detail: INTERNAL_DETAIL, cause: error })
  }
  return internalProblem(error)
}

/**
 * The same of what Express was told of: it and its middleware mark an error that the client caused by a status of 4xx, and one it
 * may read by `expose`. Elsewhere the same marks are those of other servers' answers, which clients of this one must not see.
 */
export function problemOfExpress(error: unknown): Problem {
  const isOurs = Problem.is(error) || isHostError(error)
  return (isOurs ? undefined : markedProblem(error)) ?? problemOf(error)
}

/** What the client may know of a fault of the server's: where the log has it. */
export function internalProblem(error: unknown): Problem {
  return new Problem({ status: 500, code: 'INTERNAL_ERROR', detail: INTERNAL_DETAIL, cause: error })
}

/** The errors of a contract are written for its callers, as far as it is the caller who can do something about them. */
function contractProblem(status: number, error: { readonly code: string; readonly message: string }): Problem {
  const detail = status < 500 ? error.message : INTERNAL_DETAIL
  return new Problem({ status, code: error.code, detail, cause: error })
}

function markedProblem(error: unknown): Problem | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { status, statusCode, expose, message } = error as Readonly<Record<string, unknown>>
  const claimed = status ?? statusCode
  if (typeof claimed !== 'number' || claimed < 400 || claimed > 499) return undefined
  const detail = expose === true && typeof message === 'string' ? { detail: message } : {}
  return new Problem({ status: claimed, ...detail, cause: error })
}
