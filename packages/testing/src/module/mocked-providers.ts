import type { Provider } from '@modkit/core'
import type { Constant } from '@modkit/core/spi'
import type { AutoMocks } from '../mocks/auto-mocks.js'

/** Mocks in the place of all that providers would build. Values that are given stay, since they do nothing by themselves. */
export function mockedProviders(providers: readonly Provider[], mocks: AutoMocks): readonly Constant[] {
  return providers
    .filter((provider) => typeof provider === 'function' || !('useValue' in provider))
    .map((provider) => (typeof provider === 'function' ? provider : provider.provide))
    .map((token) => ({ token, value: mocks.of(token) }))
}
