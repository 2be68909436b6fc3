import { HostError, moduleDefinition, type ModuleClass, type Provider, type Token } from '@modkit/core'
import { nearest, tokenId, tokenName } from '@modkit/core/spi'
import type { Mock } from '../mock.js'

/**
 * A mock that stands in for nothing would let a test pass that proves nothing.
 *
 * @throws HostError `MOCK_UNUSED`
 */
export function assertMocksUsed(mocks: readonly Mock[], modules: readonly ModuleClass[]): void {
  const tokens = modules.flatMap((moduleClass) => moduleDefinition(moduleClass)?.providers ?? []).map(tokenOf)
  const provided = new Set(tokens.map(tokenId))
  const unused = mocks.find(({ token }) => !provided.has(tokenId(token)))
  if (!unused) return
  const token = tokenName(unused.token)
  const known = tokens.map(tokenName)
  throw new HostError('MOCK_UNUSED', { token, known, suggestions: nearest(token, known) })
}

function tokenOf(provider: Provider): Token {
  return typeof provider === 'function' ? provider : provider.provide
}
