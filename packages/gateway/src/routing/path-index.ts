import type { PathSegment, PathTemplate } from '@modkit/core/spi'
import { canonical } from './path-text.js'

/** Most of most is empty, and there are as many nodes as there are routes. */
interface Node<T> {
  literals: Map<string, Node<T>> | undefined
  parameter: Node<T> | undefined
  /** What ends here. */
  ends: T[] | undefined
  /** What takes all that is left from here. */
  rests: T[] | undefined
}

/** Paths in a tree, so that those which some request could match together are found without comparing all with all. */
export class PathIndex<T> {
  readonly #root: Node<T> = emptyNode()

  add(path: PathTemplate, value: T): void {
    let node = this.#root
    for (const segment of path.segments) {
      if (segment.kind === 'rest') {
        node.rests = appended(node.rests, value)
        return
      }
      node = childOf(node, segment)
    }
    node.ends = appended(node.ends, value)
  }

  /** Everything whose path some request could match that also matches `path`. */
  overlapping(path: PathTemplate): T[] {
    const search = new Search<T>(path.segments)
    search.from(this.#root, 0)
    return search.found
  }

  /** Everything at `path` or below it. */
  under(path: PathTemplate): T[] {
    const search = new Search<T>([...path.segments, { kind: 'rest', name: '' }], { restMayBeEmpty: true })
    search.from(this.#root, 0)
    return search.found
  }
}

interface SearchOptions {
  readonly restMayBeEmpty?: boolean
}

/** Walks all branches that some request could take which also takes the given segments. */
class Search<T> {
  readonly found: T[] = []
  readonly #segments: readonly PathSegment[]
  readonly #restMayBeEmpty: boolean

  constructor(segments: readonly PathSegment[], { restMayBeEmpty = false }: SearchOptions = {}) {
    this.#segments = segments
    this.#restMayBeEmpty = restMayBeEmpty
  }

  from(node: Node<T>, depth: number): void {
    const segment = this.#segments[depth]
    if (segment === undefined) {
      this.#take(node.ends)
      return
    }
    if (segment.kind === 'rest') {
      this.#everythingIn(node, this.#restMayBeEmpty)
      return
    }
    this.#take(node.rests)
    if (segment.kind === 'parameter') for (const child of node.literals?.values() ?? []) this.from(child, depth + 1)
    const child = segment.kind === 'literal' ? node.literals?.get(canonical(segment.text)) : undefined
    if (child) this.from(child, depth + 1)
    if (node.parameter) this.from(node.parameter, depth + 1)
  }

  #everythingIn(node: Node<T>, includingItself: boolean): void {
    if (includingItself) this.#take(node.ends)
    this.#take(node.rests)
    for (const child of node.literals?.values() ?? []) this.#everythingIn(child, true)
    if (node.parameter) this.#everythingIn(node.parameter, true)
  }

  #take(values: readonly T[] | undefined): void {
    for (const value of values ?? []) this.found.push(value)
  }
}

function childOf<T>(node: Node<T>, segment: PathSegment): Node<T> {
  if (segment.kind !== 'literal') return (node.parameter ??= emptyNode())
  const name = canonical(segment.text)
  const known = node.literals?.get(name)
  if (known) return known
  const child = emptyNode<T>()
  node.literals ??= new Map()
  node.literals.set(name, child)
  return child
}

function emptyNode<T>(): Node<T> {
  return { literals: undefined, parameter: undefined, ends: undefined, rests: undefined }
}

function appended<T>(values: T[] | undefined, value: T): T[] {
  if (values === undefined) return [value]
  values.push(value)
  return values
}

/** A text that two paths share exactly when the same requests match them. */
export function shapeOf(path: PathTemplate): string {
  const parts = path.segments.map((segment) =>
    segment.kind === 'literal' ? canonical(segment.text) : `{${segment.kind}}`,
  )
  return `/${parts.join('/')}`
}
