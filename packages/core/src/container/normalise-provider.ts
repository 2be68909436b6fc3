import { HostError } from '../errors/host-error.js'
import type { Constructor } from '../module/module-class.js'
import type { Provider, Resolve, Token } from '../module/provider.js'
import { isToken, tokenName } from './token.js'

/** A provider in its one inner form: a token, and how its value comes to be. */
export interface Recipe {
  readonly token: Token
  /** What stands for the recipe in the path of an error. */
  readonly name: string
  /** A value that exists already, or how to build one. */
  readonly source:
    | { readonly kind: 'class'; readonly target: Constructor }
    | { readonly kind: 'value'; readonly value: unknown }
    | { readonly kind: 'factory'; readonly factory: (get: Resolve) => unknown }
    | { readonly kind: 'alias'; readonly existing: Token }
}

const FORMS = ['useClass', 'useValue', 'useFactory', 'useExisting'] as const

/** @throws HostError `PROVIDER_INVALID` naming what is wrong with it */
export function normaliseProvider(module: string, provider: Provider): Recipe {
  const given: unknown = provider
  if (typeof given === 'function') {
    const target = given as Constructor
    return { token: target, name: tokenName(target), source: { kind: 'class', target } }
  }
  if (typeof given !== 'object' || given === null) throw invalid(module, given, undefinedReason(given))
  const { provide: token } = given as { provide?: unknown }
  if (!isToken(token))
    throw invalid(module, token, 'its "provide" is not a class, an injection token, a symbol or a text')
  return { token, name: tokenName(token), source: sourceOf(module, token, given) }
}

function sourceOf(module: string, token: Token, given: object): Recipe['source'] {
  const forms = FORMS.filter((form) => Object.hasOwn(given, form))
  if (forms.length !== 1) throw invalid(module, token, `it needs exactly one of ${FORMS.join(', ')}`)
  const { useClass, useValue, useFactory, useExisting } = given as Record<(typeof FORMS)[number], unknown>
  if (forms[0] === 'useValue') return { kind: 'value', value: useValue }
  if (forms[0] === 'useClass') {
    if (typeof useClass !== 'function') throw invalid(module, token, `its useClass is ${String(useClass)}`)
    return { kind: 'class', target: useClass as Constructor }
  }
  if (forms[0] === 'useExisting') {
    if (!isToken(useExisting)) throw invalid(module, token, 'its useExisting is not a class or another token')
    return { kind: 'alias', existing: useExisting }
  }
  if (typeof useFactory !== 'function') throw invalid(module, token, `its useFactory is ${String(useFactory)}`)
  return { kind: 'factory', factory: useFactory as (get: Resolve) => unknown }
}

function undefinedReason(given: unknown): string {
  const circle =
    'the class was not yet defined when the decorator ran, which is what an import cycle or a barrel file does'
  return given === undefined ? `it is undefined: ${circle}` : 'it is neither a class nor an object with "provide"'
}

function invalid(module: string, provider: unknown, reason: string): HostError {
  return new HostError('PROVIDER_INVALID', { module, provider: tokenName(provider), reason })
}
