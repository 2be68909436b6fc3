import { inspect } from 'node:util'
import { HostError, isHostError, type DetailsOf, type ErrorCode } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import { contains } from './contains.js'
import type { MatcherResult } from './matcher-result.js'

/** A code of the catalogue, or one that a module's contract defines. */
export type AnyErrorCode = ErrorCode | (string & Record<never, never>)

/** Whether a value is a host error of this code, or has one among its causes and problems, with at least these details. */
export function toBeHostError<C extends AnyErrorCode>(
  received: unknown,
  code: C,
  details?: Partial<DetailsOf<C>>,
): MatcherResult {
  const found = HostError.find(received, code)
  const pass = found !== undefined && (details === undefined || contains(found.details, details))
  const wanted = details === undefined ? `host error ${code}` : `host error ${code} with ${inspect(details)}`
  return {
    pass,
    message: () => `Expected ${pass ? 'no' : 'a'} ${wanted}, but received ${describe(received)}`,
  }
}

/** The error with what it holds, outermost first, codes and details. */
function describe(received: unknown): string {
  const inner = (received as { cause?: unknown } | null | undefined)?.cause
  const cause = inner === undefined ? '' : `\n  caused by ${describe(inner)}`
  if (!isHostError(received)) return `${typeof received === 'object' ? messageOf(received) : inspect(received)}${cause}`
  return `${received.code} with ${inspect(received.details, { depth: 3 })}: ${received.message}${cause}`
}
