import { Container } from 'inversify'
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
  get(identifier: symbol): Box
}

/** Builds the value of a binding; called once, when the value is first asked for. */
export type BoxBuilder = (source: BoxSource) => Box

/** A token's identifier in the container, or what it will be bound to once somebody asks for it. */
type Binding =
  | { readonly kind: 'bound'; readonly identifier: symbol }
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'singleton'; build: BoxBuilder | undefined }

/**
 * What tokens stand for, seen from one place: the bindings of one module, over those of the host.
 *
 * Each module binds under identifiers of its own, so that none reaches what another has bound, though all are in one
 * container: a container for each module takes three times as long and three times the memory. For the same reason a
 * binding is made when its token is first asked for.
 */
export class BindingScope {
  readonly #container: Container
  readonly #outer: BindingScope | undefined
  readonly #bindings = new Map<TokenId, Binding>()

  /** Private, so that whoever has this type need not have Inversify's. */
  private constructor(container: Container, outer?: BindingScope) {
    this.#container = container
    this.#outer = outer
  }

  /** The scope of a container of its own. */
  static create(): BindingScope {
    return new BindingScope(new Container())
  }

  /** Whether the scope itself binds the token; what it sees of the host does not count. */
  hasOwn(token: Token): boolean {
    return this.#bindings.has(tokenId(token))
  }

  bindConstant({ token, value }: Constant): void {
    this.#bindings.set(tokenId(token), { kind: 'constant', value })
  }

  /** `build` is called once, when the value is first asked for. */
  bindSingleton(token: Token, build: BoxBuilder): void {
    this.#bindings.set(tokenId(token), { kind: 'singleton', build })
  }

  /** Under what the container knows the token; `undefined` where nothing here or further out binds it. */
  identifierOf(token: Token): symbol | undefined {
    const binding = this.#bindings.get(tokenId(token))
    if (binding === undefined) return this.#outer?.identifierOf(token)
    return binding.kind === 'bound' ? binding.identifier : this.#bind(token, binding)
  }

  /** Resolves, outside of any resolution under way. */
  get(identifier: symbol): Box {
    return this.#container.get(identifier)
  }

  /** A scope that sees what this one binds, and hides it where it binds the same. */
  inner(): BindingScope {
    return new BindingScope(this.#container, this)
  }

  #bind(token: Token, binding: Exclude<Binding, { readonly kind: 'bound' }>): symbol {
    const identifier = Symbol(tokenName(token))
    const bind = this.#container.bind<Box>(identifier)
    if (binding.kind === 'constant') bind.toConstantValue({ value: binding.value })
    else bind.toDynamicValue((context) => buildOnce(binding, context)).inSingletonScope()
    this.#bindings.set(tokenId(token), { kind: 'bound', identifier })
    return identifier
  }
}

/** Lets go of what has been used: what was built is kept by the container. */
function buildOnce(binding: Extract<Binding, { readonly kind: 'singleton' }>, source: BoxSource): Box {
  if (binding.build === undefined) throw new TypeError('A singleton is built once.')
  const box = binding.build(source)
  binding.build = undefined
  return box
}

/** Makes the host's own container: the constants that every module may inject. */
export function createHostContainer(constants: readonly Constant[]): BindingScope {
  const scope = BindingScope.create()
  for (const constant of constants) scope.bindConstant(constant)
  return scope
}
