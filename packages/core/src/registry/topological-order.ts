/** A directed graph by position: `dependencies[i]` are the positions of the nodes that must go before node `i`. */
export type DependencyGraph = readonly (readonly number[])[]

/**
 * The positions in dependency order: of the nodes that are ready, always the one given first.
 *
 * Nodes on a circle, and those that depend on one, are left out.
 */
export function topologicalOrder(dependencies: DependencyGraph): readonly number[] {
  const dependents = new Map<number, number[]>()
  const missing = new Int32Array(dependencies.length)
  const ready = new SmallestFirst()
  dependencies.forEach((targets, node) => {
    missing[node] = targets.length
    if (targets.length === 0) ready.push(node)
    for (const target of targets) addTo(dependents, target, node)
  })
  const order: number[] = []
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    order.push(node)
    for (const dependent of dependents.get(node) ?? []) {
      const left = (missing[dependent] ?? 0) - 1
      missing[dependent] = left
      if (left === 0) ready.push(dependent)
    }
  }
  return order
}

function addTo(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

/** A binary heap of numbers, smallest on top. */
class SmallestFirst {
  readonly #heap: number[] = []

  push(value: number): void {
    let at = this.#heap.length
    this.#heap.push(value)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#at(parent) <= value) break
      this.#heap[at] = this.#at(parent)
      at = parent
    }
    this.#heap[at] = value
  }

  pop(): number | undefined {
    const top = this.#heap[0]
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sink(last)
    return top
  }

  #sink(value: number): void {
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left
      if (this.#at(child) >= value) break
      this.#heap[at] = this.#at(child)
      at = child
    }
    this.#heap[at] = value
  }

  #at(index: number): number {
    return this.#heap[index] ?? Infinity
  }
}
