import { errorToJson, isErrorLike } from '../errors/error-json.js'
import { isHostError } from '../errors/host-error.js'
import type { HostErrorJson } from '../errors/error-json.js'

/** An error as plain data with the stack of the innermost one, unless that is ours: there the user's own code failed. */
export function errorForLog(error: unknown): HostErrorJson & { readonly stack?: string } {
  const stack = innermostStack(error)
  return { ...errorToJson(error), ...(stack !== undefined && { stack }) }
}

function innermostStack(error: unknown): string | undefined {
  const seen = new Set<unknown>()
  let innermost = error
  while (isErrorLike(innermost) && innermost.cause !== undefined && !seen.has(innermost)) {
    seen.add(innermost)
    innermost = innermost.cause
  }
  return isErrorLike(innermost) && !isHostError(innermost) ? innermost.stack : undefined
}
