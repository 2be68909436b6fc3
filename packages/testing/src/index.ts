// Test tools for modules: one module alone with mocks, or a whole host on free ports.

export { testModule, type ModuleTest, type TestedModule } from './module/test-module.js'
export { createTestHost, type TestHost, type TestHostOptions } from './host/create-test-host.js'
export type { TestRequest, TestRequestInit } from './host/test-request.js'
export type { Leak } from './leaks/leak.js'
export { mock, type Fake, type Mock } from './mock.js'
export { autoMock, AutoMocks, type MockedBy, type MockedWith, type MockTyping } from './mocks/auto-mocks.js'
export type { AnyErrorCode } from './matchers/host-error-matcher.js'
export type { ExpectedProblem } from './matchers/problem-matcher.js'
export { matchers, type ModkitMatchers } from './matchers/matchers.js'
export { createRecorder, type Recorder, type RecordingHooks, type RecordingModuleOptions } from './recorder.js'
export { RecordingLogger, type RecordedLine } from './recording-logger.js'
export { describePlacementsWith } from './placements/describe-placements.js'
export { fakeModule } from './placements/fake-module.js'
export { runAsChild } from './placements/run-as-child.js'
export type {
  DescribePlacements,
  Placement,
  PlacementOptions,
  PlacementRunner,
  PlacementSuite,
  PlaceName,
} from './placements/placement.js'
export { FakeClock } from '@modkit/core/spi'
