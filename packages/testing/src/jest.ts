// For tests that Jest runs.

import { afterAll, beforeAll, describe, jest } from '@jest/globals'
import type { ModkitMatchers } from './matchers/matchers.js'
import { AutoMocks, type MockTyping } from './mocks/auto-mocks.js'
import { describePlacementsWith } from './placements/describe-placements.js'
import type { DescribePlacements } from './placements/placement.js'

export { matchers, type ModkitMatchers } from './matchers/matchers.js'

/** Mocks as Jest types them. */
export interface JestMocks extends MockTyping {
  readonly mocked: this['of'] extends object ? jest.Mocked<this['of']> : this['of']
}

/** Mocks for all that a module gets from outside, made of `jest.fn()`; for `testModule(X).autoMock(mocks)`. */
export function autoMock(): AutoMocks<JestMocks> {
  return new AutoMocks(() => jest.fn())
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
export const describePlacements: DescribePlacements = describePlacementsWith({ describe, beforeAll, afterAll })

declare module 'expect' {
  // The names and bounds of a merged interface's parameters are the original's.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
  interface Matchers<R extends void | Promise<void>, T = unknown> extends ModkitMatchers<R> {}
}
