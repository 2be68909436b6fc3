import type { Capability } from '../capabilities/capability.js'
import { HostError, isHostError } from '../errors/host-error.js'
import { nearest } from '../errors/nearest.js'
import { moduleDefinition, type Dependency } from '../module/module-definition.js'
import type { Placement } from './module-registry.js'

/** A module as the graph sees it. */
export interface RegistryNode {
  readonly name: string
  readonly deps: readonly Dependency[]
  readonly capabilities: readonly Capability[]
  readonly placement: Placement
}

export interface ResolvedDependencies {
  /** For each node the positions of its dependencies, without repetition. */
  readonly edges: readonly (readonly number[])[]
  readonly problems: readonly HostError[]
}

/** Turns names and classes into positions, and says what cannot be found. */
export function resolveDependencies(
  nodes: readonly RegistryNode[],
  { disabled, isPart }: { readonly disabled: ReadonlySet<string>; readonly isPart: boolean },
): ResolvedDependencies {
  const positions = new Map(nodes.map((node, index) => [node.name, index]))
  const problems: HostError[] = []
  const known = { positions, disabled, isPart }
  const edges = nodes.map((node) => {
    if (node.deps.length === 0) return NO_EDGES
    const targets: number[] = []
    for (const dependency of node.deps) {
      const found = findDependency(node, dependency, known)
      if (isHostError(found)) problems.push(found)
      else if (found !== undefined && !targets.includes(found)) targets.push(found)
    }
    problems.push(...upsideDown(node, targets, nodes))
    return targets
  })
  return { edges, problems }
}

const NO_EDGES: readonly number[] = []

interface Known {
  readonly positions: ReadonlyMap<string, number>
  readonly disabled: ReadonlySet<string>
  /** Whether these modules are a part of a program, whose others run elsewhere. */
  readonly isPart: boolean
}

/** The position of a dependency; nothing for an optional one that is absent, and for one that runs elsewhere. */
function findDependency(
  node: RegistryNode,
  { target, optional }: Dependency,
  known: Known,
): number | HostError | undefined {
  const name = typeof target === 'string' ? target : moduleDefinition(target)?.name
  if (name === undefined) {
    const { name: className } = target as { name: string }
    return new HostError('MODULE_NOT_DECORATED', { class: className || '(anonymous class)', usedBy: node.name })
  }
  const position = known.positions.get(name)
  if (position !== undefined || optional || known.isPart) return position
  return unknownDependency(node.name, name, known)
}

function unknownDependency(module: string, dependency: string, { positions, disabled }: Known): HostError {
  const known = [...positions.keys()].filter((name) => name !== module)
  return new HostError('DEPENDENCY_UNKNOWN', {
    module,
    dependency,
    known,
    suggestions: nearest(dependency, known),
    ...(disabled.has(dependency) && { disabled: true }),
  })
}

/** A system module goes before all others, so it cannot depend on one of them. */
function upsideDown(
  node: RegistryNode,
  targets: readonly number[],
  nodes: readonly RegistryNode[],
): readonly HostError[] {
  if (!node.capabilities.includes('system')) return []
  return targets
    .map((index) => nodes[index])
    .filter((target) => target !== undefined && !target.capabilities.includes('system'))
    .map((target) => new HostError('SYSTEM_DEPENDS_ON_USER', { module: node.name, dependency: target?.name ?? '' }))
}
