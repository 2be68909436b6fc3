import { dotOf } from './dot.js'
import type { ModuleGraph } from './module-graph.js'

/** The graph as a picture, drawn by Graphviz, which is loaded only for this. */
export async function svgOf(graph: ModuleGraph): Promise<string> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz')
  const graphviz = await Graphviz.load()
  return graphviz.dot(dotOf(graph), 'svg')
}
