import type { Capability } from '@modkit/core'
import type { InspectedModule } from '@modkit/core/spi'

/** The modules of an application and who needs whom. */
export interface ModuleGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export interface GraphNode {
  readonly name: string
  readonly capabilities: readonly Capability[]
  readonly optional: boolean
  /** Whether it runs in a process of its own. */
  readonly moved: boolean
}

/** `from` needs `to`. */
export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly optional: boolean
}

export function moduleGraph(modules: readonly InspectedModule[]): ModuleGraph {
  return {
    nodes: modules.map(({ name, capabilities, optional, placement }) => ({
      name,
      capabilities,
      optional,
      moved: placement === 'moved',
    })),
    edges: modules.flatMap(({ name, deps, optionalDeps }) =>
      deps.map((to) => ({ from: name, to, optional: optionalDeps.includes(to) })),
    ),
  }
}

/** What is said of a module besides its name. */
export function remarksOf({ capabilities, optional, moved }: GraphNode): readonly string[] {
  return [...capabilities, ...(optional ? ['optional'] : []), ...(moved ? ['own process'] : [])]
}
