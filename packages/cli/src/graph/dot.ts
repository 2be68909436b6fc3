import { type ModuleGraph, remarksOf } from './module-graph.js'

/** The graph in the language of Graphviz. */
export function dotOf({ nodes, edges }: ModuleGraph): string {
  return [
    'digraph modules {',
    '  rankdir=TB',
    '  node [shape=box, style="rounded", fontname="Helvetica", fontsize=11]',
    ...nodes.map((node) => {
      const label = [node.name, remarksOf(node).join(', ')].filter((text) => text !== '').join('\n')
      return `  ${quoted(node.name)} [label=${quoted(label)}${node.moved ? ', style="rounded,dashed"' : ''}]`
    }),
    ...edges.map(({ from, to, optional }) => {
      return `  ${quoted(from)} -> ${quoted(to)}${optional ? ' [style=dashed]' : ''}`
    }),
    '}',
  ].join('\n')
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}
