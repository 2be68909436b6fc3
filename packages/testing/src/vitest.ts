// For tests that Vitest runs.

import { afterAll, beforeAll, describe, vi, type Mocked } from 'vitest'
import type { ModkitMatchers } from './matchers/matchers.js'
import { AutoMocks, type MockTyping } from './mocks/auto-mocks.js'
import { describePlacementsWith } from './placements/describe-placements.js'
import type { DescribePlacements } from './placements/placement.js'

export { matchers, type ModkitMatchers } from './matchers/matchers.js'

/** Mocks as Vitest types them. */
export interface VitestMocks extends MockTyping {
  readonly mocked: Mocked<this['of']>
}

/** Mocks for all that a module gets from outside, made of `vi.fn()`; for `testModule(X).autoMock(mocks)`. */
export function autoMock(): AutoMocks<VitestMocks> {
  return new AutoMocks(() => vi.fn())
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

declare module 'vitest' {
  // The names of a merged interface's parameters are the original's.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type
  interface Matchers<T = any> extends ModkitMatchers<T> {}
}
