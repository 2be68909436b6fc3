// For tests that Jest runs.

import { jest } from '@jest/globals'
import type { ModkitMatchers } from './matchers/matchers.js'
import { AutoMocks, type MockTyping } from './mocks/auto-mocks.js'

export { matchers, type ModkitMatchers } from './matchers/matchers.js'

/** Mocks as Jest types them. */
export interface JestMocks extends MockTyping {
  readonly mocked: this['of'] extends object ? jest.Mocked<this['of']> : this['of']
}

/** Mocks for all that a module gets from outside, made of `jest.fn()`; for `testModule(X).autoMock(mocks)`. */
export function autoMock(): AutoMocks<JestMocks> {
  return new AutoMocks(() => jest.fn())
}

declare module 'expect' {
  // The names and bounds of a merged interface's parameters are the original's.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
  interface Matchers<R extends void | Promise<void>, T = unknown> extends ModkitMatchers<R> {}
}
