import type { PathSegment, PathTemplate } from '@modkit/core/spi'

interface Node<T> {
  readonly literals: Map<string, Node<T>>
  parameter: Node<T> | undefined
  /** What ends here. */
  readonly ends: T[]
  /** What takes all that is left from here. */
  readonly rests: T[]
}

/** Paths in a tree, so that those which some request could match together are found without comparing all with all. */
export class PathIndex<T> {
  readonly #root: Node<T> = emptyNode()

  add(path: PathTemplate, value: T): void {
    let node = this.#root
    for (const segment of path.segments) {
      if (segment.kind === 'rest') {
        node.rests.push(value)
        return
      }
      node = childOf(node, segment)
    }
    node.ends.push(value)
  }

  /** Everything whose path some request could match that also matches `path`. */
  overlapping(path: PathTemplate): T[] {
    return collect([this.#root], path.segments)
  }

  /** Everything at `path` or below it. */
  under(path: PathTemplate): T[] {
    return collect([this.#root], [...path.segments, { kind: 'rest', name: '' }], { restMayBeEmpty: true })
  }
}

interface CollectOptions {
  readonly restMayBeEmpty?: boolean
}

function collect<T>(
  start: readonly Node<T>[],
  segments: readonly PathSegment[],
  { restMayBeEmpty = false }: CollectOptions = {},
): T[] {
  const found: T[] = []
  let nodes = start
  for (const segment of segments) {
    if (segment.kind === 'rest') return [...found, ...nodes.flatMap((node) => everythingIn(node, restMayBeEmpty))]
    found.push(...nodes.flatMap((node) => node.rests))
    nodes = nodes.flatMap((node) => matching(node, segment))
  }
  return [...found, ...nodes.flatMap((node) => node.ends)]
}

function matching<T>(node: Node<T>, segment: PathSegment): Node<T>[] {
  const literals =
    segment.kind === 'literal' ? [node.literals.get(canonical(segment.text))] : [...node.literals.values()]
  return [...literals, node.parameter].filter((child) => child !== undefined)
}

function everythingIn<T>(node: Node<T>, includingItself: boolean): T[] {
  const children = [...node.literals.values(), ...(node.parameter ? [node.parameter] : [])]
  return [
    ...(includingItself ? node.ends : []),
    ...node.rests,
    ...children.flatMap((child) => everythingIn(child, true)),
  ]
}

function childOf<T>(node: Node<T>, segment: PathSegment): Node<T> {
  if (segment.kind !== 'literal') return (node.parameter ??= emptyNode())
  const name = canonical(segment.text)
  const child = node.literals.get(name) ?? emptyNode<T>()
  node.literals.set(name, child)
  return child
}

/** Letter case does not tell two paths apart. */
function canonical(text: string): string {
  return text.toLowerCase()
}

function emptyNode<T>(): Node<T> {
  return { literals: new Map(), parameter: undefined, ends: [], rests: [] }
}

/** A text that two paths share exactly when the same requests match them. */
export function shapeOf(path: PathTemplate): string {
  const parts = path.segments.map((segment) =>
    segment.kind === 'literal' ? canonical(segment.text) : `{${segment.kind}}`,
  )
  return `/${parts.join('/')}`
}
