import { HostError } from '../errors/host-error.js'
import type { Injected, Resolve, Token } from '../module/provider.js'
import { assertToken, tokenName } from './token.js'

/** Where the container that is constructing something leaves its `get`; shared by every copy of this package. */
const CURRENT = Symbol.for('modkit:injection-context')

interface InjectionGlobal {
  [CURRENT]?: Resolve | undefined
}

const shared = globalThis as InjectionGlobal

/**
 * What the module's container has under a token: call it in a field initialiser or in the constructor of a module or provider.
 *
 * ```ts
 * private readonly users = inject(UsersService)
 * ```
 *
 * @throws HostError `PROVIDER_NOT_FOUND` with the path that led here, `INJECTION_CYCLE`, `INJECT_OUTSIDE_CONSTRUCTION`, or
 * `TOKEN_INVALID` for a token that is undefined, which is what an import cycle does
 */
export function inject<K extends Token>(token: K): Injected<K> {
  assertToken(token, 'inject()')
  const resolve = shared[CURRENT]
  if (!resolve) throw new HostError('INJECT_OUTSIDE_CONSTRUCTION', { token: tokenName(token) })
  return resolve(token)
}

/** Runs `build` with `inject` answered by `resolve`, and restores what was there before. */
export function withInjection<T>(resolve: Resolve | undefined, build: () => T): T {
  const outer = shared[CURRENT]
  shared[CURRENT] = resolve
  try {
    return build()
  } finally {
    shared[CURRENT] = outer
  }
}
