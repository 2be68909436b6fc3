import type { HostedModule } from './hosted-module.js'
import type { ModuleSet } from './module-set.js'

/**
 * The modules in the order in which they stop: the exact reverse of the start order.
 *
 * Modules that never start have their place in it too, because their providers are disposed of then.
 */
export function stopOrder(modules: ModuleSet): readonly HostedModule[] {
  return [...modules.startOrder].reverse()
}
