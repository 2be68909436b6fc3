import type { Capability } from '../capabilities/capability.js'
import { HostError } from '../errors/host-error.js'
import { moduleDefinition } from '../module/module-definition.js'
import type { ModuleClass } from '../module/module-class.js'
import { findCycles } from './find-cycles.js'
import { missingMethods, surplusHosts, type DeclaredModule } from './module-checks.js'
import { ModuleRegistry, registryError, type ModuleEntry, type Placement } from './module-registry.js'
import { resolveDependencies, type RegistryNode } from './resolve-dependencies.js'
import { topologicalOrder } from './topological-order.js'

/** What the configuration says of modules, as far as a registry needs it. */
export interface RegistryOptions {
  /** Modules that count as absent, because the configuration says `enabled: false`. */
  readonly disabled?: ReadonlySet<string>
  /** Modules that run in a child process; those without a class in this program included. In configuration order. */
  readonly moved?: readonly string[]
  /** Where the host puts the instances that it constructs. */
  readonly instances?: ReadonlyMap<string, object>
  /** Whether modules that are not given run in other processes: then what depends on them goes without an edge. Default false. */
  readonly isPart?: boolean
}

const NONE: ReadonlySet<string> = new Set()

/**
 * Sorts modules by their dependencies and checks that they fit together.
 *
 * The same class twice is one module. Everything that is wrong is reported at once.
 *
 * @throws HostError `REGISTRY_INVALID` whose `details.problems` are all the problems
 */
export function buildRegistry(classes: readonly ModuleClass[], options: RegistryOptions = {}): ModuleRegistry {
  const { modules, problems } = declaredModules(classes, options.disabled ?? NONE)
  const nodes = registryNodes(modules, options)
  const resolved = resolveDependencies(nodes, { disabled: options.disabled ?? NONE, isPart: options.isPart === true })
  const order = topologicalOrder(resolved.edges)
  // What is on a circle is left out of the order; without one there is nothing to look for.
  const circles = order.length < nodes.length ? findCycles(resolved.edges) : []
  const found = [
    ...problems,
    ...modules.flatMap(missingMethods),
    ...surplusHosts(modules),
    ...resolved.problems,
    ...circles.map((circle) => cycleError(nodes, circle)),
  ]
  if (found.length > 0) throw registryError(found)
  const { instances = new Map<string, object>() } = options
  return new ModuleRegistry(
    order.map((index) => {
      const deps = (resolved.edges[index] ?? []).map((target) => at(nodes, target).name)
      return new NodeEntry(at(nodes, index), deps, instances)
    }),
  )
}

interface Declared {
  readonly modules: readonly DeclaredModule[]
  readonly problems: readonly HostError[]
}

function declaredModules(classes: readonly ModuleClass[], disabled: ReadonlySet<string>): Declared {
  const byName = new Map<string, DeclaredModule>()
  const problems: HostError[] = []
  for (const moduleClass of new Set(classes)) {
    const definition = moduleDefinition(moduleClass)
    if (!definition) {
      problems.push(new HostError('MODULE_NOT_DECORATED', { class: className(moduleClass) }))
      continue
    }
    const first = byName.get(definition.name)
    if (first) problems.push(duplicateError(definition.name, [first.moduleClass, moduleClass]))
    else if (!disabled.has(definition.name)) byName.set(definition.name, { moduleClass, definition })
  }
  return { modules: [...byName.values()], problems }
}

function registryNodes(modules: readonly DeclaredModule[], { moved = [] }: RegistryOptions): readonly RegistryNode[] {
  const declared = new Set(modules.map(({ definition }) => definition.name))
  const isMoved = new Set(moved)
  const local = modules.map(({ definition: { name, deps, capabilities } }): RegistryNode => {
    return { name, deps, capabilities, placement: isMoved.has(name) ? 'moved' : 'local' }
  })
  const foreign = moved.filter((name) => !declared.has(name))
  return [...local, ...foreign.map((name): RegistryNode => ({ name, deps: [], capabilities: [], placement: 'moved' }))]
}

/** A node of the graph as the registry shows it. Its instance is looked up when somebody asks. */
class NodeEntry implements ModuleEntry {
  readonly name: string
  readonly deps: readonly string[]
  readonly capabilities: readonly Capability[]
  readonly placement: Placement
  readonly #instances: ReadonlyMap<string, object>

  constructor(
    { name, capabilities, placement }: RegistryNode,
    deps: readonly string[],
    instances: ReadonlyMap<string, object>,
  ) {
    this.name = name
    this.deps = Object.freeze(deps)
    this.capabilities = capabilities
    this.placement = placement
    this.#instances = instances
    Object.freeze(this)
  }

  get instance(): object | undefined {
    return this.#instances.get(this.name)
  }
}

function cycleError(nodes: readonly RegistryNode[], cycle: readonly number[]): HostError {
  return new HostError('DEPENDENCY_CYCLE', { path: cycle.map((index) => at(nodes, index).name) })
}

function duplicateError(module: string, classes: readonly ModuleClass[]): HostError {
  return new HostError('MODULE_DUPLICATE', { module, classes: classes.map(className) })
}

/** The name of a class for people, also of what is not a class at all. */
export function className(value: unknown): string {
  return typeof value === 'function' ? value.name || '(anonymous class)' : String(value)
}

function at(nodes: readonly RegistryNode[], index: number): RegistryNode {
  const node = nodes[index]
  if (!node) throw new RangeError(`There is no node ${String(index)}.`)
  return node
}
