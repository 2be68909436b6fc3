import { ClientHub, HostError, type ClientKey } from '@modkit/core'

/** The hub of one module under test: it holds the mocks and what the module itself registers, and says what is missing. */
export class MockedClientHub extends ClientHub {
  readonly #module: string

  constructor(module: string) {
    super()
    this.#module = module
  }

  /** @throws HostError `CLIENT_NOT_MOCKED`, caused by the `CLIENT_NOT_FOUND` that a real hub would throw */
  override get<T>(key: ClientKey<T>): T {
    try {
      return super.get(key)
    } catch (cause) {
      throw new HostError('CLIENT_NOT_MOCKED', { module: this.#module, client: key.name }, { cause })
    }
  }
}
