import findMyWay, { type HTTPMethod } from 'find-my-way'
import type { PathTemplate } from '@modkit/core/spi'
import { unfolded, type UnfoldedTarget } from './folding-letters.js'
import type { Route, RouteMatch } from './router.js'

/** Where a tree leads. `undefined`: nowhere. */
export type Found = FoundRoute | { readonly kind: 'bad-encoding' } | undefined

export interface FoundRoute extends RouteMatch {
  readonly kind: 'route'
  readonly route: Route
  /** The path that the route was declared with. */
  readonly path: PathTemplate
}

/** A route that is to be planted. */
export interface Seedling {
  /** In capital letters. */
  readonly method: string
  readonly path: PathTemplate
  readonly route: Route
}

const ROUTES_ONLY_BY_STORE = (): void => undefined

// Node refuses longer request heads, so that no parameter is ever cut off by the router.
const LONGEST_PARAMETER = 64 * 1_024

type Tree = ReturnType<typeof findMyWay>

/** A radix tree per method. Planted when it is first searched, for planting compiles three functions a route. */
export class RouteTree {
  readonly #seedlings: Seedling[]
  #tree: Tree | undefined

  constructor(first: Seedling) {
    this.#seedlings = [first]
  }

  /** Before the first search. */
  add(seedling: Seedling): void {
    this.#seedlings.push(seedling)
  }

  find(method: string, url: string): Found {
    const target = unfolded(url)
    return target === undefined ? this.#find(method, url) : restoredIn(this.#find(method, target.url), target)
  }

  #find(method: string, url: string): Found {
    this.#tree ??= this.#plant()
    const found = this.#tree.find(method as HTTPMethod, url)
    return found === null ? undefined : foundIn(found)
  }

  #plant(): Tree {
    const tree = findMyWay({
      caseSensitive: false,
      ignoreTrailingSlash: true,
      maxParamLength: LONGEST_PARAMETER,
      onBadUrl: ROUTES_ONLY_BY_STORE,
      querystringParser: (text) => text,
    })
    for (const { method, path, route } of this.#seedlings) {
      const rest = path.segments.find((segment) => segment.kind === 'rest')
      const stored = { route, path, restName: rest?.name } satisfies StoredRoute
      tree.on(method as HTTPMethod, treePath(path), ROUTES_ONLY_BY_STORE, stored)
    }
    this.#seedlings.length = 0
    return tree
  }
}

interface StoredRoute {
  readonly route: Route
  readonly path: PathTemplate
  readonly restName: string | undefined
}

export const BAD_ENCODING: Found = Object.freeze({ kind: 'bad-encoding' })

function foundIn(found: NonNullable<ReturnType<Tree['find']>>): Found {
  const stored = found.store as StoredRoute | null
  // Only what cannot be decoded is found without having been stored.
  if (stored === null) return BAD_ENCODING
  const params = found.params as Record<string, string>
  // "{id}" and "{*rest}" stand for something: the path without it is another path, which Express's ":id" does not fit either.
  for (const name in params) if (params[name] === '') return undefined
  const search = found.searchParams as unknown as string
  const { route, path, restName } = stored
  if (restName === undefined) return { kind: 'route', route, path, params, search }
  const { '*': rest = '', ...others } = params
  return { kind: 'route', route, path, params: { ...others, [restName]: rest }, search }
}

function restoredIn(found: Found, { restored }: UnfoldedTarget): Found {
  if (found?.kind !== 'route') return found
  const params = Object.entries(found.params).map(([name, value]) => [name, restored(value)] as const)
  return { ...found, params: Object.fromEntries(params) }
}

/** The path in the router's own language, which is nobody else's business. */
function treePath(path: PathTemplate): string {
  const parts = path.segments.map((segment) => {
    if (segment.kind === 'literal') return segment.text
    return segment.kind === 'rest' ? '*' : `:${segment.name}`
  })
  return `/${parts.join('/')}`
}
