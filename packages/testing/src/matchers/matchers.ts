import type { DetailsOf } from '@modkit/core'
import { toBeHostError, type AnyErrorCode } from './host-error-matcher.js'
import { toBeProblem, type ExpectedProblem } from './problem-matcher.js'

/** What `expect(…)` can do once a runner was given the {@link matchers}. */
export interface ModkitMatchers<R> {
  /** The error, or one of its causes or problems, is a host error of this code, with at least these details. */
  toBeHostError<C extends AnyErrorCode>(code: C, details?: Partial<DetailsOf<C>>): R
  /** The response carries, or the error is, such a problem: a status, or the members that count. To be awaited. */
  toBeProblem(expected: number | ExpectedProblem): Promise<void>
}

/** For `expect.extend(matchers)` of Jest and Vitest; see `@modkit/testing/jest` and `@modkit/testing/vitest` for their types. */
export const matchers = {
  /** See {@link ModkitMatchers.toBeHostError}. */
  toBeHostError,
  /** See {@link ModkitMatchers.toBeProblem}. */
  toBeProblem,
} as const
