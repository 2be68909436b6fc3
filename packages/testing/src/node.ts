// For tests that the runner of Node runs.

import { AssertionError } from 'node:assert'
import { after, before, describe, mock, type Mock } from 'node:test'
import type { DetailsOf } from '@modkit/core'
import { toBeHostError, type AnyErrorCode } from './matchers/host-error-matcher.js'
import type { MatcherResult } from './matchers/matcher-result.js'
import { toBeProblem, type ExpectedProblem } from './matchers/problem-matcher.js'
import { AutoMocks, type MockTyping } from './mocks/auto-mocks.js'
import { describePlacementsWith } from './placements/describe-placements.js'
import type { DescribePlacements } from './placements/placement.js'

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

/**
 * Runs one suite of tests against a client in every place where its module may be: in the process of its caller, there with
 * every message encoded and decoded, and in a process of its own. What its callers see must be the same.
 *
 * ```ts
 * describePlacements(notesClient, { ...program, entry: new URL('./program.ts', import.meta.url) }, (place) => {
 *   test('a note is read as it was written', async () => { … await place.client.add({ text: 'milk' }) … })
 * })
 * ```
 *
 * @throws HostError `PLACEMENT_IMPOSSIBLE`; what keeps the module from a place fails the tests of that place
 */
export const describePlacements: DescribePlacements = describePlacementsWith({
  describe: (title, body) => void describe(title, body),
  beforeAll: (hook, timeout) => before(hook, { timeout }),
  afterAll: (hook, timeout) => after(hook, { timeout }),
})

function asserted({ pass, message }: MatcherResult, actual: unknown): true {
  if (!pass) throw new AssertionError({ message: message(), actual })
  return true
}
