import { clientKey, injectionToken } from '@modkit/core'
import { expectTypeOf } from 'expect-type'
import { testModule } from './module/test-module.js'
import { mock, type Fake } from './mock.js'

class Store {
  find(id: string): Promise<string> {
    return Promise.resolve(id)
  }
  count(): number {
    return 0
  }
}
class App {}
const client = clientKey<Store>('store')
const zone = injectionToken<string>('zone')
const now = injectionToken<() => number>('now')

expectTypeOf<Fake<string>>().toEqualTypeOf<string>()
expectTypeOf<Fake<() => number>>().toEqualTypeOf<() => number>()
expectTypeOf<Fake<Store>>().toEqualTypeOf<Partial<Store>>()

mock(Store, { find: (id) => Promise.resolve(id) })
mock(zone, 'utc')
mock(now, () => 1)
mock('a text says nothing of the type', 1)
// @ts-expect-error a fake is of the type behind its token
mock(zone, 1)
// @ts-expect-error a method of a fake answers as the real one does
mock(Store, { find: () => 1 })
// @ts-expect-error a fake has no methods that the real one lacks
mock(Store, { fnd: () => Promise.resolve('') })

testModule(App)
  .mock(client, { count: () => 1 })
  .mock(Store, { count: () => 1 })
  .mock(zone, 'utc')
// @ts-expect-error a fake of a client is of the type of its key
testModule(App).mock(client, { count: () => 'many' })
// @ts-expect-error a fake of a token is of the type behind it
testModule(App).mock(zone, 1)
