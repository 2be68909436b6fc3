import type { HttpMethod, PathTemplate } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import { canonical, decodedOrNone, pathOf } from './path-text.js'
import { moreSpecific } from './more-specific.js'
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
 * Segments are looked up one by one, so that a request touches nothing of the thousands of paths that begin otherwise.
 */
export class Router {
  readonly #methods = new Set<string>()
  readonly #root: Place = { places: undefined, tree: undefined }
  /** Routes that are in no tree yet: the first request puts them there. */
  #unsorted: Seedling[] = []

  /** Before the first search. */
  add(method: HttpMethod, path: PathTemplate, route: Route): void {
    this.#unsorted.push({ method: method.toUpperCase(), path, route })
  }

  /** A HEAD request is a GET request unless an operation answers HEAD itself, at this path or one that fits better. */
  find(method: string, url: string): Destination {
    if (!url.startsWith('/')) return url === '*' ? undefined : BAD_ENCODING
    if (this.#unsorted.length > 0) this.#sort()
    const path = comparablePath(url)
    if (path === undefined) return BAD_ENCODING
    const found = this.#find(method, url, path)
    const answering = method === 'HEAD' ? moreSpecific(found, this.#find('GET', url, path)) : found
    return answering ?? this.#otherMethods(url, path)
  }

  #find(method: string, url: string, path: string): Found {
    return findBelow(this.#root, { method, url, path }, 1)
  }

  #sort(): void {
    for (const seedling of this.#unsorted) {
      this.#methods.add(seedling.method)
      const place = placeAfterLiterals(this.#root, seedling.path)
      if (place.tree) place.tree.add(seedling)
      else place.tree = new RouteTree(seedling)
    }
    this.#unsorted = []
  }

  #otherMethods(url: string, path: string): Destination {
    const owned = [...this.#methods].filter((method) => this.#find(method, url, path) !== undefined)
    if (owned.length === 0) return undefined
    return {
      kind: 'other-methods',
      allowed: [...new Set([...owned, ...(owned.includes('GET') ? ['HEAD'] : []), 'OPTIONS'])],
    }
  }
}

/** Where paths have come to after some literal segments. */
interface Place {
  places: Map<string, Place> | undefined
  /** Of the routes whose paths begin with no more literal segments than these. */
  tree: RouteTree | undefined
}

/** Where the path's first parameter stands, or its end. */
function placeAfterLiterals(root: Place, { segments }: PathTemplate): Place {
  let place = root
  for (const segment of segments) {
    if (segment.kind !== 'literal') break
    place = placeAt(place, canonical(segment.text))
  }
  return place
}

function placeAt(place: Place, segment: string): Place {
  place.places ??= new Map()
  const known = place.places.get(segment)
  if (known) return known
  const made: Place = { places: undefined, tree: undefined }
  place.places.set(segment, made)
  return made
}

interface Search {
  readonly method: string
  readonly url: string
  /** As {@link comparablePath} has it. */
  readonly path: string
}

/** What the path leads to whose next segment begins at `start`: the longest beginning first, so that literal segments win over parameters. */
function findBelow(place: Place, search: Search, start: number): Found {
  const { path } = search
  const slash = path.indexOf('/', start)
  const next = place.places?.get(slash === -1 ? path.slice(start) : path.slice(start, slash))
  const found = next && findBelow(next, search, slash === -1 ? path.length + 1 : slash + 1)
  return found ?? place.tree?.find(search.method, search.url)
}

/** What a path has in which its segments are not written as places are named. */
const OTHERWISE_WRITTEN = /[A-Z%]/

/** The path of what a request asks for, as places are named; `undefined` for one whose encoding is none. */
function comparablePath(url: string): string | undefined {
  const path = pathOf(url)
  // Most clients write a path as it was declared.
  if (!OTHERWISE_WRITTEN.test(path)) return path
  const decoded = decodedOrNone(path)
  return decoded === undefined ? undefined : canonical(decoded)
}
