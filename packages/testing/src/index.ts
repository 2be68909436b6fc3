// Test tools for modules: one module alone with mocks, or a whole host on free ports.

export { testModule, type ModuleTest, type TestedModule } from './module/test-module.js'
export { createTestHost, type TestHost, type TestHostOptions } from './host/create-test-host.js'
export { mock, type Fake, type Mock } from './mock.js'
export { RecordingLogger, type RecordedLine } from './recording-logger.js'
export { FakeClock } from '@modkit/core/spi'
