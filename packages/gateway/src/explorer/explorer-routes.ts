import type { Logger } from '@modkit/core'
import { errorToJson } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import { sendTagged, tagged, type TaggedBody } from '../exchange/tagged-answer.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import type { Route } from '../routing/router.js'
import { assetNames, readAssets, type AssetName } from './explorer-assets.js'
import { explorerPage } from './explorer-page.js'

export const pagePath = '/docs'
export const assetsPath = '/docs/assets'

export interface ExplorerOptions {
  readonly title: string
  /** Where operations may be called besides the gateway's own address. */
  readonly servers: readonly string[]
  /** How many operations there are to list. */
  readonly operationCount: number
  readonly logger: Logger
  /** Default: of the copy that is shipped with the gateway. */
  readonly read?: typeof readAssets
}

interface OwnRoute {
  readonly path: string
  readonly route: Route
}

/** The page on which one reads and calls the operations, and what it is made of. Read when it is first asked for. */
export function explorerRoutes(options: ExplorerOptions): OwnRoute[] {
  const explorer = new Explorer(options)
  return [
    { path: pagePath, route: explorer.page },
    ...assetNames.map((name) => ({ path: `${assetsPath}/${name}`, route: explorer.asset(name) })),
  ]
}

/** A browser takes seconds to draw more than some hundreds of operations. */
const MOST_LISTED = 300

/** The address of an asset bears its tag: what was once sent under it never changes. */
const FOREVER = { 'cache-control': 'public, max-age=31536000, immutable' } as const
const ASK_AGAIN = { 'cache-control': 'no-cache' } as const

class Explorer {
  readonly #options: ExplorerOptions
  readonly #pageHeaders: Readonly<Record<string, string>>
  #assets: Promise<ReadonlyMap<AssetName, TaggedBody>> | undefined

  constructor(options: ExplorerOptions) {
    this.#options = options
    this.#pageHeaders = { ...ASK_AGAIN, 'content-security-policy': contentSecurityPolicy(options.servers) }
  }

  get page(): Route {
    return this.#route((exchange, assets) => {
      // The addresses in the page are relative to a path without a slash at its end.
      if (isFolder(exchange)) exchange.send(308, undefined, { location: '../docs' })
      else sendTagged(exchange, this.#write(assets), this.#pageHeaders)
    })
  }

  asset(name: AssetName): Route {
    return this.#route((exchange, assets) => {
      const asset = assets.get(name)
      if (asset === undefined) throw new TypeError(`There is no asset "${name}".`)
      const isVersioned = exchange.request.url?.endsWith(versionOf(asset)) === true
      sendTagged(exchange, asset, isVersioned ? FOREVER : ASK_AGAIN)
    })
  }

  #route(answer: (exchange: Exchange, assets: ReadonlyMap<AssetName, TaggedBody>) => void): Route {
    const serve = async (exchange: Exchange): Promise<void> => {
      const assets = await this.#load()
      if (assets === undefined) exchange.refuse(gatewayProblems.explorerMissing())
      else answer(exchange, assets)
    }
    return { serve: (exchange) => void serve(exchange).catch((error: unknown) => exchange.fail(error)) }
  }

  async #load(): Promise<ReadonlyMap<AssetName, TaggedBody> | undefined> {
    const { read = readAssets } = this.#options
    this.#assets ??= read()
    try {
      return await this.#assets
    } catch (error) {
      // They may be there the next time.
      this.#assets = undefined
      this.#options.logger.warn('the files of the explorer cannot be read', { error: errorToJson(error) })
      return undefined
    }
  }

  #write(assets: ReadonlyMap<AssetName, TaggedBody>): TaggedBody {
    const href = (name: AssetName): string => {
      const asset = assets.get(name)
      return `docs/assets/${name}${asset ? versionOf(asset) : ''}`
    }
    const { title, operationCount } = this.#options
    const expansion = operationCount > MOST_LISTED ? 'none' : 'list'
    const bytes = explorerPage({ title, expansion, href })
    return tagged({ contentType: 'text/html; charset=utf-8', bytes })
  }
}

function versionOf({ etag }: TaggedBody): string {
  return `?v=${etag.replaceAll('"', '')}`
}

function isFolder({ request }: Exchange): boolean {
  return request.url?.split('?', 1)[0]?.endsWith('/') === true
}

/** Nothing but what the page is made of, and calls to where operations are. */
function contentSecurityPolicy(servers: readonly string[]): string {
  const origins = servers.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin)
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    ['connect-src', "'self'", ...new Set(origins.filter((origin) => origin !== 'null'))].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
