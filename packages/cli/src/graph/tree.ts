import { type GraphEdge, type ModuleGraph, remarksOf } from './module-graph.js'

/** The graph as a tree for a terminal: on top what nobody needs, below each module what it needs. */
export function treeOf(graph: ModuleGraph): string {
  const needed = new Set(graph.edges.map(({ to }) => to))
  const drawn = new Set<string>()
  const roots = graph.nodes.filter(({ name }) => !needed.has(name))
  return roots.flatMap(({ name }) => [labelOf(graph, name), ...below(graph, name, { drawn, indent: '' })]).join('\n')
}

interface Branch {
  /** What it needs was drawn already. */
  readonly drawn: Set<string>
  readonly indent: string
}

function below(graph: ModuleGraph, name: string, { drawn, indent }: Branch): readonly string[] {
  drawn.add(name)
  const edges = graph.edges.filter(({ from }) => from === name)
  return edges.flatMap((edge, index) => {
    const isLast = index === edges.length - 1
    const seen = drawn.has(edge.to) && graph.edges.some(({ from }) => from === edge.to)
    const line = `${indent}${isLast ? '└─ ' : '├─ '}${edgeLabel(graph, edge)}${seen ? ' (above)' : ''}`
    if (seen) return [line]
    return [line, ...below(graph, edge.to, { drawn, indent: `${indent}${isLast ? '   ' : '│  '}` })]
  })
}

function edgeLabel(graph: ModuleGraph, { to, optional }: GraphEdge): string {
  return `${labelOf(graph, to)}${optional ? ' (if there)' : ''}`
}

function labelOf({ nodes }: ModuleGraph, name: string): string {
  const node = nodes.find((known) => known.name === name)
  const remarks = node ? remarksOf(node) : []
  return remarks.length === 0 ? name : `${name} [${remarks.join(', ')}]`
}
