import type { HttpMethod, PathTemplate } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import { canonical, decodedOrNone, pathOf } from './path-text.js'
import { BAD_ENCODING, RouteTree, type Found, type Seedling } from './route-tree.js'

/** Something that answers the requests of one method and path. */
export interface Route {
  /** Answers. Never throws; whatever fails becomes the exchange's answer. */
  serve(exchange: Exchange, match: RouteMatch): void
}

/** What the path of a request said. */
export interface RouteMatch {
  /** Percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  /** Without its question mark, as it was sent. */
  readonly search: string
}

/** Where a request leads. `undefined`: to nothing that this router knows. */
export type Destination = Found | { readonly kind: 'other-methods'; readonly allowed: readonly string[] }

/**
 * Compares paths as Express does: letter case and one trailing slash do not matter. A literal segment wins over a
 * parameter, and a parameter over a rest.
 *
 * Routes are kept in trees by the literal segments that their paths begin with, and a tree is planted when a request first
 * leads there: the first request sorts them all, which is quick, and pays for its own neighbourhood; the start pays nothing.
 */
export class Router {
  readonly #methods = new Set<string>()
  readonly #trees = new Map<string, RouteTree>()
  /** Routes that are in no tree yet: the first request puts them there. */
  #unsorted: Seedling[] = []
  /** The most literal segments that any path begins with. */
  #deepest = 0

  /** Before the first search. */
  add(method: HttpMethod, path: PathTemplate, route: Route): void {
    this.#unsorted.push({ method: method.toUpperCase(), path, route })
  }

  /** A HEAD request is a GET request unless an operation answers HEAD itself. */
  find(method: string, url: string): Destination {
    if (!url.startsWith('/')) return url === '*' ? undefined : BAD_ENCODING
    if (this.#unsorted.length > 0) this.#sort()
    const beginning = beginningOf(url, this.#deepest)
    if (beginning === undefined) return BAD_ENCODING
    const found = this.#find(method, url, beginning)
    if (found !== undefined) return found
    return (method === 'HEAD' ? this.#find('GET', url, beginning) : undefined) ?? this.#otherMethods(url, beginning)
  }

  #sort(): void {
    for (const seedling of this.#unsorted) {
      this.#methods.add(seedling.method)
      const literals = leadingLiterals(seedling.path)
      this.#deepest = Math.max(this.#deepest, literals.length)
      const beginning = canonical(literals.join('/'))
      const tree = this.#trees.get(beginning)
      if (tree) tree.add(seedling)
      else this.#trees.set(beginning, new RouteTree(seedling))
    }
    this.#unsorted = []
  }

  /** The longest beginning first, so that literal segments win over parameters. */
  #find(method: string, url: string, beginning: string): Found {
    for (let name = beginning; ; name = name.slice(0, Math.max(0, name.lastIndexOf('/')))) {
      const found = this.#trees.get(name)?.find(method, url)
      if (found !== undefined || name === '') return found
    }
  }

  #otherMethods(url: string, beginning: string): Destination {
    const owned = [...this.#methods].filter((method) => this.#find(method, url, beginning) !== undefined)
    if (owned.length === 0) return undefined
    return {
      kind: 'other-methods',
      allowed: [...new Set([...owned, ...(owned.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])],
    }
  }
}

function leadingLiterals({ segments }: PathTemplate): string[] {
  const literals: string[] = []
  for (const segment of segments) {
    if (segment.kind !== 'literal') break
    literals.push(segment.text)
  }
  return literals
}

/** What a path has in which its beginning is not written as the trees are named. */
const OTHERWISE_WRITTEN = /[A-Z%]/

/**
 * The first segments of what a request asks for, as trees are named; `undefined` for a path whose encoding is none.
 *
 * No more than `depth` of them, so that a path of thousands costs no more than others.
 */
function beginningOf(url: string, depth: number): string | undefined {
  const path = pathOf(url)
  // Most clients write a path as it was declared.
  if (!OTHERWISE_WRITTEN.test(path)) return firstSegments(path, depth)
  const decoded = decodedOrNone(path)
  return decoded === undefined ? undefined : canonical(firstSegments(decoded, depth))
}

function firstSegments(path: string, depth: number): string {
  const end = endOfSegments(path, depth)
  return end === -1 ? path.slice(1) : path.slice(1, Math.max(1, end))
}

/** Where the slash behind so many segments is; -1 in a path that has none, 0 for no segments. */
function endOfSegments(path: string, depth: number): number {
  let end = 0
  for (let segment = 0; segment < depth && end !== -1; segment++) end = path.indexOf('/', end + 1)
  return end
}
