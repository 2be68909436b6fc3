import type { DependencyGraph } from './topological-order.js'

/**
 * One closed path (first = last) for every knot of nodes that depend on each other in a circle, without bystanders.
 *
 * The path starts at the knot's first given node and is a shortest one through it. Iterative, so that a chain of any length
 * does not exhaust the stack.
 */
export function findCycles(dependencies: DependencyGraph): readonly (readonly number[])[] {
  return strongComponents(dependencies)
    .map((component) => closedPath(dependencies, component))
    .filter((path) => path !== undefined)
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
}

/** A shortest way from the component's first node back to itself, if there is one. */
function closedPath(dependencies: DependencyGraph, component: ReadonlySet<number>): number[] | undefined {
  const start = Math.min(...component)
  const cameFrom = new Map<number, number>()
  const queue = [start]
  // The queue grows while it is walked.
  for (const node of queue) {
    for (const next of dependencies[node] ?? []) {
      if (next === start) return [...wayTo(node, cameFrom, start), start]
      if (!component.has(next) || cameFrom.has(next)) continue
      cameFrom.set(next, node)
      queue.push(next)
    }
  }
  return undefined
}

function wayTo(node: number, cameFrom: ReadonlyMap<number, number>, start: number): number[] {
  const way = [node]
  for (let at = node; at !== start;) {
    at = cameFrom.get(at) ?? start
    way.unshift(at)
  }
  return way
}

interface Frame {
  readonly node: number
  next: number
}

/** Tarjan's strongly connected components ("Depth-first search and linear graph algorithms", 1972) with an explicit stack. */
function strongComponents(dependencies: DependencyGraph): readonly ReadonlySet<number>[] {
  const search = new ComponentSearch(dependencies)
  dependencies.forEach((_targets, node) => {
    search.visit(node)
  })
  return search.components
}

class ComponentSearch {
  readonly components: Set<number>[] = []
  readonly #dependencies: DependencyGraph
  readonly #index = new Map<number, number>()
  readonly #low = new Map<number, number>()
  readonly #open: number[] = []
  readonly #isOpen = new Set<number>()

  constructor(dependencies: DependencyGraph) {
    this.#dependencies = dependencies
  }

  visit(root: number): void {
    if (this.#index.has(root)) return
    const frames: Frame[] = [this.#enter(root)]
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const next = this.#dependencies[frame.node]?.[frame.next++]
      if (next === undefined) {
        frames.pop()
        this.#leave(frame.node, frames.at(-1)?.node)
      } else if (!this.#index.has(next)) {
        frames.push(this.#enter(next))
      } else if (this.#isOpen.has(next)) {
        this.#lower(frame.node, this.#index.get(next))
      }
    }
  }

  #enter(node: number): Frame {
    this.#index.set(node, this.#index.size)
    this.#low.set(node, this.#index.size - 1)
    this.#open.push(node)
    this.#isOpen.add(node)
    return { node, next: 0 }
  }

  #leave(node: number, parent: number | undefined): void {
    if (parent !== undefined) this.#lower(parent, this.#low.get(node))
    if (this.#low.get(node) !== this.#index.get(node)) return
    const component = new Set(this.#open.splice(this.#open.lastIndexOf(node)))
    for (const member of component) this.#isOpen.delete(member)
    this.components.push(component)
  }

  #lower(node: number, candidate: number | undefined): void {
    this.#low.set(node, Math.min(this.#low.get(node) ?? Infinity, candidate ?? Infinity))
  }
}
