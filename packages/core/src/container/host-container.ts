import { Container, type ServiceIdentifier } from 'inversify'
import type { Token } from '../module/provider.js'
import { tokenId, type TokenId } from './token.js'

/** A value that everything in a container may ask for. */
export interface Constant {
  readonly token: Token
  readonly value: unknown
}

/** Inversify takes promises for asynchronous services; in a box every value is just a value. */
interface Box {
  readonly value: unknown
}

/** What the host offers to modules: the constants that all of them share, and to each its own context. */
export class HostContainer {
  readonly #container = new Container()
  /** The context of the module that is asking, while it asks. */
  #asking: unknown

  /** @param context the token under which every module finds the context that it has named when it asked */
  constructor(constants: readonly Constant[], context: Token) {
    for (const { token, value } of constants)
      this.#container.bind(identifier(tokenId(token))).toConstantValue({ value })
    this.#container
      .bind(identifier(tokenId(context)))
      .toDynamicValue(() => ({ value: this.#asking }))
      .inTransientScope()
  }

  /** Whether the host has something under a token. */
  has(id: TokenId): boolean {
    return this.#container.isBound(id)
  }

  /** What the host has under a token, for the module with this context. */
  get(id: TokenId, context: unknown): unknown {
    this.#asking = context
    try {
      return this.#container.get(identifier(id)).value
    } finally {
      this.#asking = undefined
    }
  }
}

/** Everything is bound as a box, whatever the type behind the token. */
function identifier(id: TokenId): ServiceIdentifier<Box> {
  return id as ServiceIdentifier<Box>
}
