import { HostError } from '../errors/host-error.js'
import { nearest } from '../errors/nearest.js'
import type { Constructor, ModuleClass } from '../module/module-options.js'
import type { Injected, Provider, Resolve, Token } from '../module/provider.js'
import { isPromiseLike } from '../time/deadline.js'
import type { BindingScope, Box, BoxSource, Constant } from './host-container.js'
import { withInjection } from './inject.js'
import { parameterTokens } from './injectable.js'
import { normaliseProvider, type Recipe } from './normalise-provider.js'
import { assertToken, tokenId, tokenName } from './token.js'

export interface ModuleContainerOptions {
  readonly module: string
  readonly moduleClass: ModuleClass
  readonly providers: readonly Provider[]
  /** Values of this module alone: its context, the mocks of a test. They win over providers of the same token. */
  readonly constants: readonly Constant[]
  /** Values that stand in for providers of the same tokens, and count for nothing where there is no such provider. */
  readonly replacements?: readonly Constant[] | undefined
}

/**
 * What one module is built in: its own part of the host's container, with its context and providers, all singletons.
 *
 * Everything is constructed inside our own injection context, never by Inversify's decorators, so that classes need none.
 */
export class ModuleContainer {
  readonly #module: string
  readonly #moduleClass: Constructor
  readonly #scope: BindingScope
  readonly #providers: readonly Provider[]
  /** What is being constructed right now, outermost first. */
  readonly #path: Constructing[] = []
  /** Each once, whatever the number of tokens behind which it stands. */
  #built: readonly object[] = []
  #instance: unknown

  /** @throws HostError `PROVIDER_INVALID` */
  constructor(host: BindingScope, options: ModuleContainerOptions) {
    this.#module = options.module
    this.#moduleClass = options.moduleClass
    this.#providers = options.providers
    this.#scope = host.inner()
    const taken = new Set(options.constants.map(({ token }) => tokenId(token)))
    for (const constant of options.constants) this.#scope.bindConstant(constant)
    for (const recipe of options.providers.map((provider) => normaliseProvider(options.module, provider))) {
      if (!taken.has(tokenId(recipe.token))) this.#bind(replaced(recipe, options.replacements))
    }
  }

  /**
   * The module itself, constructed the first time, and with it whatever it injects.
   *
   * @throws HostError `PROVIDER_NOT_FOUND`, `INJECTION_CYCLE` or `PROVIDER_MUST_BE_SYNC`; what a constructor throws comes unwrapped
   */
  construct(): object {
    this.#instance ??= this.#build(normaliseProvider(this.#module, this.#moduleClass), (token) => this.get(token))
    return this.#instance as object
  }

  /** What the container has under a token, built now if it was not asked for before. */
  get<K extends Token>(token: K): Injected<K> {
    return this.#get(this.#scope, token)
  }

  /**
   * The objects that the providers have built so far, oldest first, each once: what goes with the module. Neither given
   * values nor the module are among them, nor what a factory was given by the container and returned again.
   */
  get built(): readonly object[] {
    return this.#built
  }

  #bind(recipe: Recipe): void {
    if (this.#scope.hasOwn(recipe.token) || recipe.token === this.#moduleClass) {
      throw new HostError('PROVIDER_INVALID', {
        module: this.#module,
        provider: recipe.name,
        reason: 'it is listed twice',
      })
    }
    this.#scope.bindSingleton(recipe.token, (source) => this.#box(recipe, source))
  }

  #box(recipe: Recipe, source: BoxSource): Box {
    if (recipe.source.kind === 'value') return { value: recipe.source.value }
    const received = new Set<unknown>()
    const value = this.#build(recipe, (token) => {
      const found = this.#get(source, token)
      received.add(found)
      return found
    })
    const isBuiltHere = isObject(value) && !received.has(value)
    // Unlike a spread, concat makes a list that has no room for more.
    if (isBuiltHere && !this.#built.includes(value)) this.#built = this.#built.concat(value)
    return { value }
  }

  #build(recipe: Recipe, resolve: Resolve): unknown {
    const id = tokenId(recipe.token)
    if (this.#path.some((step) => step.id === id)) throw this.#cycle(recipe, id)
    this.#path.push({ id, name: recipe.name })
    try {
      return withInjection(resolve, () => this.#make(recipe, resolve))
    } finally {
      this.#path.pop()
    }
  }

  #make({ source, name }: Recipe, resolve: Resolve): unknown {
    if (source.kind === 'value') return source.value
    if (source.kind === 'alias') return resolve(source.existing)
    if (source.kind === 'class') return construct(source.target, resolve)
    const value = source.factory(resolve)
    if (!isPromiseLike(value)) return value
    // Nobody will wait for it, and its failure must not become an unhandled rejection.
    value.then(undefined, () => undefined)
    throw new HostError('PROVIDER_MUST_BE_SYNC', { module: this.#module, token: name })
  }

  #get<K extends Token>(from: BoxSource, token: K): Injected<K> {
    assertToken(token, 'get()')
    const id = tokenId(token)
    if (token === this.#moduleClass) return this.#self() as Injected<K>
    const identifier = this.#scope.identifierOf(token)
    if (identifier === undefined) throw this.#notFound(token)
    const step = this.#path.find((entered) => entered.id === id)
    if (step) throw this.#cycle({ name: step.name }, id)
    // While a dependency is built, inject() belongs to that dependency.
    const box = withInjection(undefined, () => from.get(identifier))
    return box.value as Injected<K>
  }

  /** The module, for those of its own parts that ask for it once it is there. */
  #self(): object {
    const id = tokenId(this.#moduleClass)
    const step = this.#path.find((entered) => entered.id === id)
    if (step) throw this.#cycle({ name: step.name }, id)
    return withInjection(undefined, () => this.construct())
  }

  #cycle({ name }: Pick<Recipe, 'name'>, id: unknown): HostError {
    const start = this.#path.findIndex((step) => step.id === id)
    const path = [...this.#path.slice(start).map((step) => step.name), name]
    return new HostError('INJECTION_CYCLE', { module: this.#module, path })
  }

  #notFound(token: Token): HostError {
    const path = [...this.#path.map((step) => step.name), tokenName(token)]
    const recipes = this.#providers.map((provider) => normaliseProvider(this.#module, provider))
    const names = [tokenName(this.#moduleClass), ...recipes.map(({ name }) => name)]
    const suggestions = nearest(tokenName(token), names)
    return new HostError('PROVIDER_NOT_FOUND', { module: this.#module, token: tokenName(token), path, suggestions })
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

interface Constructing {
  readonly id: unknown
  readonly name: string
}

/** The recipe, or its stand-in: of several for one token, the last. */
function replaced(recipe: Recipe, replacements: readonly Constant[] = []): Recipe {
  const found = replacements.findLast(({ token }) => tokenId(token) === tokenId(recipe.token))
  return found ? { ...recipe, source: { kind: 'value', value: found.value } } : recipe
}

function construct(target: Constructor, resolve: Resolve): unknown {
  const parameters = parameterTokens(target).map((token) => (token === undefined ? undefined : resolve(token)))
  // Constructor hides that the class can be constructed, so that abstract classes can be tokens.
  const Concrete = target as unknown as new (...parameters: unknown[]) => object
  return new Concrete(...parameters)
}
