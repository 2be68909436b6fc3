// For tests that the runner of Node runs.

import { AssertionError } from 'node:assert'
import { mock, type Mock } from 'node:test'
import type { DetailsOf } from '@modkit/core'
import { toBeHostError, type AnyErrorCode } from './matchers/host-error-matcher.js'
import type { MatcherResult } from './matchers/matcher-result.js'
import { toBeProblem, type ExpectedProblem } from './matchers/problem-matcher.js'
import { AutoMocks, type MockTyping } from './mocks/auto-mocks.js'

/** Mocks as Node types them: every method has a `mock` with its calls. */
export interface NodeMocks extends MockTyping {
  readonly mocked: NodeMocked<this['of']>
}

type AnyFunction = (...args: never[]) => unknown
type NodeMocked<T> = T extends AnyFunction
  ? Mock<T>
  : { readonly [P in keyof T]: T[P] extends AnyFunction ? Mock<T[P]> : T[P] }

/** Mocks for all that a module gets from outside, made of `mock.fn()`; for `testModule(X).autoMock(mocks)`. */
export function autoMock(): AutoMocks<NodeMocks> {
  return new AutoMocks(() => mock.fn())
}

/**
 * For `assert.rejects` and `assert.throws`: the error, or one of its causes or problems, is a host error of this code, with
 * at least these details.
 *
 * ```ts
 * await assert.rejects(host.start(), hostError('PHASE_FAILED', { module: 'users' }))
 * ```
 */
export function hostError<C extends AnyErrorCode>(code: C, details?: Partial<DetailsOf<C>>): (error: unknown) => true {
  return (error) => asserted(toBeHostError(error, code, details), error)
}

/**
 * Asserts that a response carries, or an error is, such a problem: a status, or the members that count.
 *
 * @throws AssertionError
 */
export async function assertProblem(received: unknown, expected: number | ExpectedProblem): Promise<void> {
  asserted(await toBeProblem(received, expected), received)
}

function asserted({ pass, message }: MatcherResult, actual: unknown): true {
  if (!pass) throw new AssertionError({ message: message(), actual })
  return true
}
