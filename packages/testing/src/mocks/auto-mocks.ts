import type { ClientKey, Injected, Token } from '@modkit/core'
import { tokenId } from '@modkit/core/spi'
import { createAutoMock, type CreateMockFunction } from './auto-mock.js'
import { isClientKey } from './is-client-key.js'

/** How a tool types its mocks: `mocked` is what becomes of the type `of`. */
export interface MockTyping {
  readonly of: unknown
  readonly mocked: unknown
}

/** A `T` as a tool mocks it. */
export type MockedBy<K extends MockTyping, T> = (K & { readonly of: T })['mocked']

/** Mocks whose functions are those of any tool: a method is what it was, and an `F`. */
export interface MockedWith<F> extends MockTyping {
  readonly mocked: WithFunctions<this['of'], F>
}

type WithFunctions<T, F> = T extends (...args: never[]) => unknown
  ? T & F
  : { [P in keyof T]: T[P] extends (...args: never[]) => unknown ? T[P] & F : T[P] }

/** Mocks of clients and providers, made as they are asked for, one of each; see `autoMock`. */
export class AutoMocks<K extends MockTyping = MockTyping> {
  readonly #createFunction: CreateMockFunction
  readonly #clients = new Map<string, object>()
  readonly #providers = new Map<unknown, object>()

  constructor(createFunction: CreateMockFunction) {
    this.#createFunction = createFunction
  }

  /** The mock behind a token or a client's key, the same each time: tell it what to answer, and see how it was called. */
  of<T extends Token>(token: T): MockedBy<K, Injected<T>>
  // An injection token would pass for a key of anything, if it were not for its id.
  of<C>(key: ClientKey<C> & { readonly id?: never }): MockedBy<K, C>
  of(target: Token | ClientKey<unknown>): unknown {
    return isClientKey(target) ? this.client(target) : this.#provider(target)
  }

  /** Whether the test has asked for the mock of this client. */
  has(key: Pick<ClientKey<unknown>, 'name'>): boolean {
    return this.#clients.has(key.name)
  }

  /** The mock of a client, as the module gets it. */
  client(key: Pick<ClientKey<unknown>, 'name'>): object {
    return this.#once(this.#clients, key.name, () => createAutoMock({ createFunction: this.#createFunction }))
  }

  #provider(token: Token): object {
    const createFunction = this.#createFunction
    const isClass = typeof token === 'function'
    return this.#once(this.#providers, tokenId(token), () =>
      isClass
        ? createAutoMock({ createFunction, prototype: token.prototype as object })
        : createAutoMock({ createFunction, callable: true }),
    )
  }

  #once<I>(mocks: Map<I, object>, id: I, create: () => object): object {
    const mock = mocks.get(id) ?? create()
    mocks.set(id, mock)
    return mock
  }
}

/**
 * Mocks for all that a module gets from outside, with the functions of any tool. The doors `@modkit/testing/jest`,
 * `@modkit/testing/vitest` and `@modkit/testing/node` have the same for their runners, with their types.
 *
 * ```ts
 * const mocks = autoMock(() => sinon.stub())
 * ```
 */
export function autoMock<F extends object>(createFunction: () => F): AutoMocks<MockedWith<F>> {
  return new AutoMocks(createFunction)
}
