import type { Capability } from '../capabilities/capability.js'
import type { HostedModule } from './hosted-module.js'

/** The modules of this process in the orders in which phases visit them. */
export class ModuleSet {
  /** Dependencies first. */
  readonly topological: readonly HostedModule[]
  /** System modules first, then the rest, each group in topological order. */
  readonly systemFirst: readonly HostedModule[]
  readonly #byName: ReadonlyMap<string, HostedModule>

  /** @param topological the modules in topological order */
  constructor(topological: readonly HostedModule[]) {
    this.topological = topological
    const isSystem = (module: HostedModule): boolean => module.has('system')
    this.systemFirst = [...topological.filter(isSystem), ...topological.filter((module) => !isSystem(module))]
    this.#byName = new Map(topological.map((module) => [module.name, module]))
  }

  /** The order of `start`: the REST host before every other module, so that it can say how the others are. */
  get startOrder(): readonly HostedModule[] {
    const isGateway = (module: HostedModule): boolean => module.has('rest_host')
    return [...this.systemFirst.filter(isGateway), ...this.systemFirst.filter((module) => !isGateway(module))]
  }

  get(name: string): HostedModule | undefined {
    return this.#byName.get(name)
  }

  /** The one module with a capability that a host has once at most. */
  only(capability: Capability): HostedModule | undefined {
    return this.topological.find((module) => module.has(capability))
  }
}
