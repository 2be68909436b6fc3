// For tests that Vitest runs.

import { vi, type Mocked } from 'vitest'
import type { ModkitMatchers } from './matchers/matchers.js'
import { AutoMocks, type MockTyping } from './mocks/auto-mocks.js'

export { matchers, type ModkitMatchers } from './matchers/matchers.js'

/** Mocks as Vitest types them. */
export interface VitestMocks extends MockTyping {
  readonly mocked: Mocked<this['of']>
}

/** Mocks for all that a module gets from outside, made of `vi.fn()`; for `testModule(X).autoMock(mocks)`. */
export function autoMock(): AutoMocks<VitestMocks> {
  return new AutoMocks(() => vi.fn())
}

declare module 'vitest' {
  // The names of a merged interface's parameters are the original's.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type
  interface Matchers<T = any> extends ModkitMatchers<T> {}
}
