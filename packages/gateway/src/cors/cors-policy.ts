import type { HeaderList } from '../exchange/security-headers.js'

/** `modules.api-gateway.config.cors`, with every default in its place. */
export interface CorsSettings {
  /** Origins as browsers send them, letter for letter; `*` for any. */
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly string[]
  /** `*`: whatever the browser asks for. */
  readonly allowedHeaders: readonly string[]
  readonly exposedHeaders: readonly string[]
  readonly allowCredentials: boolean
  /** How long a browser may remember the answer to a preflight; 0: as long as it likes. */
  readonly maxAgeSeconds: number
}

const ANY = '*'
const NOTHING: HeaderList = []

/** Which pages of other origins may use the API from a browser (Fetch standard, "CORS protocol"). */
export class CorsPolicy {
  readonly #settings: CorsSettings
  readonly #allowsAny: boolean
  readonly #origins: ReadonlySet<string>
  readonly #answerToAny: HeaderList

  constructor(settings: CorsSettings) {
    this.#settings = settings
    this.#allowsAny = settings.allowedOrigins.includes(ANY)
    this.#origins = new Set(settings.allowedOrigins)
    this.#answerToAny = ['access-control-allow-origin', ANY, ...this.#exposed()]
  }

  /** The headers that every answer bears, whether the request succeeds or not. */
  headersFor(origin: string | undefined): HeaderList {
    // Also where nobody asks from elsewhere: a cache that keeps the answer may give it to somebody who does (Fetch standard, "CORS
    // protocol and HTTP caches").
    if (this.#allowsAny) return this.#answerToAny
    // What is cached for one origin must not be given to another.
    if (origin === undefined || !this.#origins.has(origin)) return ['vary', 'Origin']
    const credentials = this.#settings.allowCredentials ? ['access-control-allow-credentials', 'true'] : NOTHING
    return ['access-control-allow-origin', origin, 'vary', 'Origin', ...credentials, ...this.#exposed()]
  }

  /** What a preflight is told besides. */
  preflightHeaders(origin: string, requestedHeaders: string | undefined): HeaderList {
    if (!this.#allowsAny && !this.#origins.has(origin)) return NOTHING
    const { allowedMethods, allowedHeaders, maxAgeSeconds } = this.#settings
    const echoes = allowedHeaders.includes(ANY)
    const headers = echoes ? requestedHeaders : allowedHeaders.join(', ')
    return [
      ...['access-control-allow-methods', allowedMethods.join(', ')],
      ...(headers === undefined || headers === '' ? NOTHING : ['access-control-allow-headers', headers]),
      ...(maxAgeSeconds === 0 ? NOTHING : ['access-control-max-age', String(maxAgeSeconds)]),
    ]
  }

  #exposed(): HeaderList {
    const { exposedHeaders } = this.#settings
    return exposedHeaders.length === 0 ? NOTHING : ['access-control-expose-headers', exposedHeaders.join(', ')]
  }
}
