import type { ModuleClass } from './module-class.js'

/**
 * Under this name of `globalThis` a tool that looks at programs puts a `WeakMap` before any module is imported, when it
 * wants to know where modules are declared. Shared by every copy of this package in the process.
 */
const PLACES = Symbol.for('modkit:declaration-places')

interface PlacesGlobal {
  [PLACES]?: WeakMap<ModuleClass, string>
}

/** The stack of this call, where somebody asked for it: a program that runs pays nothing. */
export function declarationStack(): string | undefined {
  return (globalThis as PlacesGlobal)[PLACES] && new Error('declared').stack
}

export function keepDeclarationStack(target: ModuleClass, stack: string | undefined): void {
  if (stack !== undefined) (globalThis as PlacesGlobal)[PLACES]?.set(target, stack)
}

/** The stack of the call that declared a module; `undefined` unless a tool asked before. */
export function stackOfDeclaration(target: ModuleClass): string | undefined {
  return (globalThis as PlacesGlobal)[PLACES]?.get(target)
}
