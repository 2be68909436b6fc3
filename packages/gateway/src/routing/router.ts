import type { HttpMethod, PathTemplate } from '@modkit/core/spi'
import findMyWay, { type HTTPMethod } from 'find-my-way'
import type { Exchange } from '../exchange/exchange.js'

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
export type Destination =
  | { readonly kind: 'route'; readonly route: Route; readonly match: RouteMatch }
  | { readonly kind: 'other-methods'; readonly allowed: readonly string[] }
  | { readonly kind: 'bad-encoding' }
  | undefined

type Found = ReturnType<ReturnType<typeof findMyWay>['find']>

const ROUTES_ONLY_BY_STORE = (): void => undefined

// Node refuses longer request heads, so that no parameter is ever cut off by the router.
const LONGEST_PARAMETER = 64 * 1_024

/**
 * One radix tree per method. Compares paths as Express does: letter case and one trailing slash do not matter. A literal
 * segment wins over a parameter, and a parameter over a rest.
 */
export class Router {
  readonly #methods = new Set<HTTPMethod>()
  readonly #tree = findMyWay({
    caseSensitive: false,
    ignoreTrailingSlash: true,
    maxParamLength: LONGEST_PARAMETER,
    onBadUrl: ROUTES_ONLY_BY_STORE,
    querystringParser: (text) => text,
  })

  add(method: HttpMethod, path: PathTemplate, route: Route): void {
    const upper = method.toUpperCase() as HTTPMethod
    this.#methods.add(upper)
    const rest = path.segments.find((segment) => segment.kind === 'rest')
    this.#tree.on(upper, treePath(path), ROUTES_ONLY_BY_STORE, { route, restName: rest?.name } satisfies StoredRoute)
  }

  /** A HEAD request is a GET request unless an operation answers HEAD itself. */
  find(method: string, url: string): Destination {
    const found = this.#find(method, url) ?? (method === 'HEAD' ? this.#find('GET', url) : undefined)
    if (found !== undefined) return found
    return this.#findOtherMethods(url)
  }

  #find(method: string, url: string): Destination {
    const found = this.#tree.find(method as HTTPMethod, url)
    return found === null ? undefined : destinationOf(found)
  }

  #findOtherMethods(url: string): Destination {
    const allowed = new Set<string>()
    for (const method of this.#methods) {
      const found = this.#find(method, url)
      if (found?.kind === 'bad-encoding') return found
      if (found !== undefined) allowed.add(method)
    }
    if (allowed.size === 0) return undefined
    if (allowed.has('GET')) allowed.add('HEAD')
    return { kind: 'other-methods', allowed: [...allowed.add('OPTIONS')] }
  }
}

interface StoredRoute {
  readonly route: Route
  readonly restName: string | undefined
}

const BAD_ENCODING: Destination = Object.freeze({ kind: 'bad-encoding' })

function destinationOf(found: NonNullable<Found>): Destination {
  const stored = found.store as StoredRoute | null
  // Only what cannot be decoded is found without having been stored.
  if (stored === null) return BAD_ENCODING
  const params = found.params as Record<string, string>
  const search = found.searchParams as unknown as string
  if (stored.restName === undefined) return { kind: 'route', route: stored.route, match: { params, search } }
  const { '*': rest = '', ...others } = params
  // "{*rest}" stands for something: the path without it is another path.
  if (rest === '') return undefined
  return { kind: 'route', route: stored.route, match: { params: { ...others, [stored.restName]: rest }, search } }
}

/** The path in the router's own language, which is nobody else's business. */
function treePath(path: PathTemplate): string {
  const parts = path.segments.map((segment) => {
    if (segment.kind === 'literal') return segment.text
    return segment.kind === 'rest' ? '*' : `:${segment.name}`
  })
  return `/${parts.join('/')}`
}
