import { Container, type ResolutionContext, type ServiceIdentifier } from 'inversify'
import type { Token } from '../module/provider.js'
import { tokenId, tokenName, type TokenId } from './token.js'

/** A value that everything in a container may ask for. */
export interface Constant {
  readonly token: Token
  readonly value: unknown
}

/** Inversify takes promises for asynchronous services; in a box every value is just a value. */
export interface Box {
  readonly value: unknown
}

/** The part of a container, and of a resolution under way, that is asked for boxes. */
export interface BoxSource {
  get(id: ServiceIdentifier<Box>): Box
}

/** Builds the value of a binding; called once, when the value is first asked for. */
export type BoxBuilder = (source: BoxSource) => Box

/**
 * What tokens stand for, seen from one place: the identifiers of one module's own bindings, over those of the host.
 *
 * Each module binds under identifiers of its own, so that none reaches what another has bound, though all are in one
 * container: a container for each module takes three times as long and three times the memory.
 */
export class BindingScope {
  readonly #container: Container
  readonly #outer: BindingScope | undefined
  readonly #identifiers = new Map<TokenId, ServiceIdentifier<Box>>()

  constructor(container: Container, outer?: BindingScope) {
    this.#container = container
    this.#outer = outer
  }

  /** Whether the scope itself binds the token; what it sees of the host does not count. */
  hasOwn(token: Token): boolean {
    return this.#identifiers.has(tokenId(token))
  }

  /** Under what the container knows the token; `undefined` where nothing here or further out binds it. */
  identifierOf(token: Token): ServiceIdentifier<Box> | undefined {
    return this.#identifiers.get(tokenId(token)) ?? this.#outer?.identifierOf(token)
  }

  bindConstant({ token, value }: Constant): void {
    this.#container.bind<Box>(this.#claim(token)).toConstantValue({ value })
  }

  /** Binds a singleton. */
  bind(token: Token, build: BoxBuilder): void {
    this.#container
      .bind<Box>(this.#claim(token))
      .toDynamicValue((context: ResolutionContext) => build(context))
      .inSingletonScope()
  }

  /** Resolves, outside of any resolution under way. */
  get(id: ServiceIdentifier<Box>): Box {
    return this.#container.get(id)
  }

  /** A scope that sees what this one binds, and hides it where it binds the same. */
  inner(): BindingScope {
    return new BindingScope(this.#container, this)
  }

  #claim(token: Token): ServiceIdentifier<Box> {
    const identifier = Symbol(tokenName(token))
    this.#identifiers.set(tokenId(token), identifier)
    return identifier
  }
}

/** Makes the host's own container: the constants that every module may inject. */
export function createHostContainer(constants: readonly Constant[]): BindingScope {
  const scope = new BindingScope(new Container())
  for (const constant of constants) scope.bindConstant(constant)
  return scope
}
