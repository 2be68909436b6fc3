import { ClientHub, HostError, type ClientKey, type ModuleDefinition } from '@modkit/core'
import type { AutoMocks } from '../mocks/auto-mocks.js'

/** The hub of one module under test: it holds the mocks and what the module itself registers, and says what is missing. */
export class MockedClientHub extends ClientHub {
  readonly #module: string
  /** What the module offers itself is not mocked for it. */
  readonly #provided: ReadonlySet<string>
  #mocks: AutoMocks | undefined

  constructor({ name, provides }: ModuleDefinition) {
    super()
    this.#module = name
    this.#provided = new Set(provides.map((key) => key.name))
  }

  /** From now on, what is missing is a mock of these. */
  mockWith(mocks: AutoMocks): void {
    this.#mocks = mocks
  }

  /** @throws HostError `CLIENT_NOT_MOCKED`, caused by the `CLIENT_NOT_FOUND` that a real hub would throw */
  override get<T>(key: ClientKey<T>): T {
    try {
      return super.get(key)
    } catch (cause) {
      // The mock of a key is of its type, as far as types can see.
      if (this.#mocks && !this.#provided.has(key.name)) return this.#mocks.client(key) as T
      throw new HostError('CLIENT_NOT_MOCKED', { module: this.#module, client: key.name }, { cause })
    }
  }

  /** A client that a module only tries is there when the test has asked for its mock. */
  override tryGet<T>(key: ClientKey<T>): T | undefined {
    const isAskedFor = this.#mocks?.has(key) === true && !this.#provided.has(key.name)
    return super.tryGet(key) ?? (isAskedFor ? (this.#mocks?.client(key) as T) : undefined)
  }

  /** @throws HostError `CLIENT_NOT_MOCKED`, which names the scope */
  override getScoped<T>(key: ClientKey<T>, scope: string): T {
    try {
      return super.getScoped(key, scope)
    } catch (cause) {
      throw new HostError('CLIENT_NOT_MOCKED', { module: this.#module, client: key.name, scope }, { cause })
    }
  }
}
