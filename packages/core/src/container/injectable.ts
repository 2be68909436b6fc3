import 'reflect-metadata'
import type { Constructor, ModuleClass } from '../module/module-class.js'
import type { Token } from '../module/provider.js'
import { assertToken } from './token.js'

/** Shared by every copy of this package. */
const PARAMETERS = Symbol.for('modkit:inject-parameters')

/** Whether any copy has ever named a parameter's token: where none has, which is the rule, there is nothing to look for. */
const ANY_PARAMETERS = Symbol.for('modkit:inject-parameters-used')

const shared = globalThis as { [ANY_PARAMETERS]?: true }

/**
 * Says that a class is built by a container. It carries the metadata of `@Inject` and nothing else: what can be injected is
 * what a module's `providers` name.
 */
export function Injectable(): (target: Constructor, context?: ClassDecoratorContext) => void {
  return () => undefined
}

/**
 * Names the token of a constructor parameter. For legacy decorators only (`experimentalDecorators`): standard decorators do
 * not know parameters; use `inject()` there, which works everywhere.
 *
 * @throws HostError `TOKEN_INVALID` when the token is undefined, which is what an import cycle does
 */
export function Inject(token: Token): (target: object, key: string | symbol | undefined, index: number) => void {
  assertToken(token, '@Inject')
  return (target, _key, index) => {
    shared[ANY_PARAMETERS] = true
    const tokens = [...(ownParameters(target) ?? [])]
    tokens[index] = token
    Reflect.defineMetadata(PARAMETERS, tokens, target)
  }
}

/** The tokens of a class's constructor parameters; inherited by a subclass that has no constructor parameters of its own. */
export function parameterTokens(target: ModuleClass): readonly (Token | undefined)[] {
  if (shared[ANY_PARAMETERS] !== true) return NONE
  return (Reflect.getMetadata(PARAMETERS, target) as (Token | undefined)[] | undefined) ?? NONE
}

const NONE: readonly never[] = []

function ownParameters(target: object): readonly (Token | undefined)[] | undefined {
  return Reflect.getOwnMetadata(PARAMETERS, target) as (Token | undefined)[] | undefined
}
