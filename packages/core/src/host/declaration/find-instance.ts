import type { HostState } from '../../context/host-status.js'
import { HostError } from '../../errors/host-error.js'
import { moduleDefinition } from '../../module/module-definition.js'
import type { ModuleClass } from '../../module/module-class.js'
import type { HostDeclaration } from './host-declaration.js'

/**
 * The instance of a module of this process.
 *
 * @throws HostError `MODULE_NOT_FOUND`
 */
export function instanceOf<T extends object>(
  moduleClass: ModuleClass<T>,
  declaration: HostDeclaration | undefined,
  state: HostState,
): T {
  const name = moduleDefinition(moduleClass)?.name ?? moduleClass.name
  const bearer = declaration?.classes.get(name)
  const instance = bearer === moduleClass ? declaration?.instances.get(name) : undefined
  // It was constructed from this very class.
  if (instance) return instance as T
  const placement = declaration?.registry.get(name)?.placement
  const reason =
    bearer !== moduleClass || placement === undefined
      ? 'it is not one of its modules'
      : `it is ${placement}, and the host is ${state}`
  throw new HostError('MODULE_NOT_FOUND', { module: name, reason })
}
