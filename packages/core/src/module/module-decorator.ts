import type { Capability } from '../capabilities/capability.js'
import { declarationStack, keepDeclarationStack } from './declaration-places.js'
import { storeDefinition } from './module-definition.js'
import type { Implements, LifecycleOptions, ModuleOptions, WithSynchronousHooks } from './module-options.js'
import type { Constructor } from './module-class.js'
import { parseModuleOptions } from './parse-options.js'

/** What {@link Module} gives: works as a legacy and as a standard class decorator of classes that implement what is declared. */
export type ModuleDecorator<C extends Capability, L> = <T extends Constructor<Implements<C, L>>>(
  target: T & WithSynchronousHooks<T, C>,
  context?: ClassDecoratorContext<T>,
) => void

/**
 * Declares a class to be a module. Writes the checked options to the class and does nothing else: it is `createHost` that
 * builds and runs modules.
 *
 * @throws HostError for everything that can be judged from the options alone: an illegal name, an unknown option or
 * capability, an `undefined` dependency, a bad duration
 */
export function Module<const C extends Capability = never, const L extends LifecycleOptions | undefined = undefined>(
  options: ModuleOptions<C, L>,
): ModuleDecorator<C, L> {
  const definition = parseModuleOptions(options)
  const stack = declarationStack()
  return (target) => {
    storeDefinition(target, definition)
    keepDeclarationStack(target, stack)
  }
}

/**
 * The twin of {@link Module} for code without decorators. Returns the class.
 *
 * ```js
 * export const Users = defineModule({ name: 'users', capabilities: ['rest'] }, class Users { registerRest(ctx, rest) {} })
 * ```
 */
export function defineModule<
  const C extends Capability = never,
  const L extends LifecycleOptions | undefined = undefined,
  T extends Constructor<Implements<C, L>> = Constructor<Implements<C, L>>,
>(options: ModuleOptions<C, L>, target: T & WithSynchronousHooks<T, C>): T {
  storeDefinition(target, parseModuleOptions(options))
  keepDeclarationStack(target, declarationStack())
  return target
}
