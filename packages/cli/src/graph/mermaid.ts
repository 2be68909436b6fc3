import { type ModuleGraph, remarksOf } from './module-graph.js'

/** The graph for Markdown, as GitHub and others draw it. */
export function mermaidOf({ nodes, edges }: ModuleGraph): string {
  const ids = new Map(nodes.map(({ name }, index) => [name, `m${String(index)}`]))
  const id = (name: string): string => ids.get(name) ?? name
  return [
    'flowchart TD',
    ...nodes.map((node) => {
      const label = `"${[node.name, remarksOf(node).join(', ')].filter((text) => text !== '').join('<br/>')}"`
      return `  ${id(node.name)}${node.moved ? `[[${label}]]` : `[${label}]`}`
    }),
    ...edges.map(({ from, to, optional }) => `  ${id(from)} ${optional ? '-.->' : '-->'} ${id(to)}`),
  ].join('\n')
}
