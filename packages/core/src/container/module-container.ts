import { HostError } from '../errors/host-error.js'
import { nearest } from '../errors/nearest.js'
import type { Constructor, ModuleClass } from '../module/module-class.js'
import type { Injected, Provider, Resolve, Token } from '../module/provider.js'
import { isPromiseLike } from '../time/deadline.js'
import type { Constant, HostContainer } from './host-container.js'
import { withInjection } from './inject.js'
import { parameterTokens } from './injectable.js'
import { normaliseProvider, type Recipe } from './normalise-provider.js'
import { assertToken, tokenId, tokenName, type TokenId } from './token.js'

/** Which module a container builds, and of what. */
export interface ModuleContainerOptions {
  readonly module: string
  readonly moduleClass: ModuleClass
  readonly providers: readonly Provider[]
  /** What the host gives this module for the token of contexts. */
  readonly context: unknown
  /** Values of this module alone, such as the mocks of a test. They win over providers of the same token. */
  readonly constants?: readonly Constant[]
  /** Values that stand in for providers of the same tokens, and count for nothing where there is no such provider. */
  readonly replacements?: readonly Constant[] | undefined
  /** For the error: the other modules that have something under a token. */
  readonly ownersOf?: (id: TokenId) => readonly string[]
}

/** How to build a value, until it has been built; then the value. */
type Entry = Recipe | BuiltValue

interface BuiltValue {
  readonly name: string
  readonly value: unknown
}

/**
 * What one module is built in: its own values and providers, all singletons, over what the host offers to every module.
 *
 * Everything is constructed inside our own injection context, never by decorators of a library, so that classes need none.
 * No module sees another one's providers.
 */
export class ModuleContainer {
  readonly #host: HostContainer
  readonly #module: string
  readonly #moduleClass: Constructor
  readonly #context: unknown
  readonly #ownersOf: NonNullable<ModuleContainerOptions['ownersOf']>
  readonly #entries = new Map<TokenId, Entry>()
  readonly #resolve: Resolve = (token) => this.get(token)
  /** What is being constructed right now, outermost first. */
  readonly #path: Constructing[] = []
  /** Each once, whatever the number of tokens behind which it stands. */
  #built: readonly object[] = []

  /** @throws HostError `PROVIDER_INVALID` */
  constructor(host: HostContainer, options: ModuleContainerOptions) {
    const { module, moduleClass, constants = [], replacements = [] } = options
    this.#host = host
    this.#module = module
    this.#moduleClass = moduleClass
    this.#context = options.context
    this.#ownersOf = options.ownersOf ?? (() => [])
    for (const { token, value } of constants) this.#entries.set(tokenId(token), { name: tokenName(token), value })
    const given = constants.length > 0 ? new Set(this.#entries.keys()) : NOTHING_GIVEN
    const add = (provider: Provider): void => {
      const recipe = normaliseProvider(module, provider)
      const id = tokenId(recipe.token)
      if (given.has(id)) return
      if (this.#entries.has(id)) throw listedTwice(module, recipe)
      this.#entries.set(id, entryOf(recipe, replacements))
    }
    add(moduleClass)
    options.providers.forEach(add)
  }

  /**
   * The module itself, constructed the first time, and with it whatever it injects.
   *
   * @throws HostError `PROVIDER_NOT_FOUND`, `INJECTION_CYCLE` or `PROVIDER_MUST_BE_SYNC`; what a constructor throws comes unwrapped
   */
  construct(): object {
    return this.get(this.#moduleClass)
  }

  /** What the container has under a token, built now if it was not asked for before. */
  get<K extends Token>(token: K): Injected<K> {
    assertToken(token, 'get()')
    const found = this.#find(token, tokenId(token))
    this.#path.at(-1)?.received.push(found)
    // What stands under a token is of the token's type, as far as types can see.
    return found as Injected<K>
  }

  /**
   * The objects that the providers have built so far, oldest first, each once: what goes with the module. Neither given
   * values nor the module are among them, nor what a factory was given by the container and returned again.
   */
  get built(): readonly object[] {
    return this.#built
  }

  #find(token: Token, id: TokenId): unknown {
    const entry = this.#entries.get(id)
    if (entry !== undefined) return 'value' in entry ? entry.value : this.#build(id, entry)
    if (!this.#host.has(id)) throw this.#notFound(token)
    return this.#host.get(id, this.#context)
  }

  #build(id: TokenId, recipe: Recipe): unknown {
    if (this.#path.some((step) => step.id === id)) throw this.#cycle(recipe, id)
    const step: Constructing = { id, name: recipe.name, received: [] }
    this.#path.push(step)
    try {
      const value = this.#make(recipe)
      // What it was given and hands on is somebody else's.
      if (recipe.token !== this.#moduleClass && !step.received.includes(value)) this.#keep(recipe, value)
      this.#entries.set(id, { name: recipe.name, value })
      return value
    } finally {
      this.#path.pop()
    }
  }

  #make({ source, name }: Recipe): unknown {
    if (source.kind === 'value') return source.value
    if (source.kind === 'alias') return this.get(source.existing)
    const { kind } = source
    const make = kind === 'class' ? () => construct(source.target, this.#resolve) : () => source.factory(this.#resolve)
    const value = withInjection(this.#resolve, make)
    if (kind === 'class' || !isPromiseLike(value)) return value
    // Nobody will wait for it, and its failure must not become an unhandled rejection.
    value.then(undefined, () => undefined)
    throw new HostError('PROVIDER_MUST_BE_SYNC', { module: this.#module, token: name })
  }

  #keep({ source }: Recipe, value: unknown): void {
    if (source.kind === 'value' || !isObject(value) || this.#built.includes(value)) return
    // Unlike a spread, concat makes a list that has no room for more.
    this.#built = this.#built.concat(value)
  }

  #cycle({ name }: Pick<Recipe, 'name'>, id: unknown): HostError {
    const start = this.#path.findIndex((step) => step.id === id)
    const path = [...this.#path.slice(start).map((step) => step.name), name]
    return new HostError('INJECTION_CYCLE', { module: this.#module, path })
  }

  #notFound(token: Token): HostError {
    const path = [...this.#path.map((step) => step.name), tokenName(token)]
    const known = new Set([...this.#entries.values()].map(({ name }) => name))
    const suggestions = nearest(tokenName(token), [...known])
    const owners = this.#ownersOf(tokenId(token))
    return new HostError('PROVIDER_NOT_FOUND', {
      module: this.#module,
      token: tokenName(token),
      path,
      suggestions,
      ...(owners.length > 0 && { owners }),
    })
  }
}

/** Of nearly every module: only tests give constants. */
const NOTHING_GIVEN: ReadonlySet<TokenId> = new Set()

interface Constructing {
  readonly id: TokenId
  readonly name: string
  /** What it has asked for so far. */
  readonly received: unknown[]
}

/** The value that is given, or the recipe; of several stand-ins for one token, the last. */
function entryOf(recipe: Recipe, replacements: readonly Constant[]): Entry {
  const id = tokenId(recipe.token)
  const standIn = replacements.findLast(({ token }) => tokenId(token) === id)
  return standIn ? { name: recipe.name, value: standIn.value } : recipe
}

function listedTwice(module: string, recipe: Recipe): HostError {
  return new HostError('PROVIDER_INVALID', { module, provider: recipe.name, reason: 'it is listed twice' })
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function construct(target: Constructor, resolve: Resolve): unknown {
  // Constructor hides that the class can be constructed, so that abstract classes can be tokens.
  const Concrete = target as unknown as new (...parameters: unknown[]) => object
  const tokens = parameterTokens(target)
  if (tokens.length === 0) return new Concrete()
  return new Concrete(...tokens.map((token) => (token === undefined ? undefined : resolve(token))))
}
