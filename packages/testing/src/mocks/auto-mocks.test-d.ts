import { clientKey, injectionToken } from '@modkit/core'
import { expectTypeOf } from 'expect-type'
import { autoMock as jestMocks } from '../jest.js'
import { testModule } from '../module/test-module.js'
import { autoMock as nodeMocks } from '../node.js'
import { autoMock as vitestMocks } from '../vitest.js'
import { autoMock } from './auto-mocks.js'

class Store {
  find(id: string): Promise<string> {
    return Promise.resolve(id)
  }
}
interface Audit {
  record(event: string, at?: number): Promise<void>
  readonly size: number
}
const auditClient = clientKey<Audit>('audit')
const now = injectionToken<() => number>('now')
class App {}

const ofJest = jestMocks()
ofJest.of(Store).find.mockResolvedValue('1')
ofJest.of(now).mockReturnValue(1)
expectTypeOf(ofJest.of(auditClient).record.mock.calls).toEqualTypeOf<Parameters<Audit['record']>[]>()
expectTypeOf(ofJest.of(auditClient).size).toEqualTypeOf<number>()
// @ts-expect-error a mock answers as the real method does
ofJest.of(Store).find.mockResolvedValue(1)
// @ts-expect-error a mock has no methods that the real one lacks
void ofJest.of(auditClient).recrod

const ofVitest = vitestMocks()
ofVitest.of(Store).find.mockResolvedValue('1')
expectTypeOf(ofVitest.of(auditClient).record.mock.calls).toEqualTypeOf<Parameters<Audit['record']>[]>()
// @ts-expect-error a mock answers as the real method does
ofVitest.of(Store).find.mockResolvedValue(1)

const ofNode = nodeMocks()
ofNode.of(Store).find.mock.mockImplementation(() => Promise.resolve('1'))
expectTypeOf(ofNode.of(now).mock.callCount()).toEqualTypeOf<number>()
// @ts-expect-error a mock answers as the real method does
ofNode.of(Store).find.mock.mockImplementation(() => 1)

const ofSome = autoMock(() => Object.assign(() => undefined, { calls: 0 }))
expectTypeOf(ofSome.of(auditClient).record.calls).toEqualTypeOf<number>()

// Mocks of every kind go into the test of a module, where a real one does.
for (const mocks of [ofJest, ofVitest, ofNode, ofSome]) testModule(App).autoMock(mocks)
testModule(App).mock(Store, ofJest.of(Store)).mock(auditClient, ofVitest.of(auditClient))
