import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorRequestHandler, Express, RequestHandler, Router } from 'express'
import type { Mount } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import type { Exchanges } from '../exchange/exchange-policy.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import { problemOfExpress } from '../problem/problem-of.js'
import { queryValues } from '../operation/query-values.js'
import { expressLibrary } from './express-library.js'
import { isApplication, trustProxies } from './trust-proxies.js'

export interface ExpressAppOptions {
  /** Asked at each request: the routes are known only once every module has declared its own. */
  readonly dispatch: (exchange: Exchange) => boolean
  /** Whether mounts are served yet. */
  readonly isOpen: () => boolean
  readonly exchanges: Exchanges
  /** Where what is served is listed, if anywhere. */
  readonly page: () => string | undefined
}

interface LoadedApp {
  readonly app: Express
  readonly middleware: Router
  readonly mounts: Router
}

/**
 * The gateway's Express application: middleware first, then operations, then mounts, and a problem for everything else.
 *
 * It exists once somebody asks for it; until then nothing can have been mounted.
 */
export class ExpressApp {
  readonly #options: ExpressAppOptions
  #loaded: LoadedApp | undefined
  #hasMiddleware = false

  constructor(options: ExpressAppOptions) {
    this.#options = options
  }

  get app(): Express {
    return this.#load().app
  }

  /** Whether requests have to come through Express before they reach operations. */
  get hasMiddleware(): boolean {
    return this.#hasMiddleware
  }

  /** Answers a request that may be anybody's. */
  serve(exchange: Exchange): void {
    if (!this.#loaded) {
      exchange.refuse(gatewayProblems.notFound(this.#options.page()))
      return
    }
    this.#options.exchanges.remember(exchange)
    this.#loaded.app(exchange.request, exchange.response)
  }

  use(...handlers: readonly RequestHandler[]): void {
    this.#load().middleware.use(...handlers)
    this.#hasMiddleware = true
  }

  mount({ path, owner, handler }: Mount): void {
    const guard: RequestHandler = (request, response, next) => {
      if (!this.#options.isOpen()) this.#exchange(request, response).refuse(gatewayProblems.notRunning())
      else if (!owner.available) this.#exchange(request, response).refuse(gatewayProblems.moduleUnavailable())
      else next()
    }
    if (isApplication(handler)) trustProxies(handler, this.#trustedProxies)
    this.#load().mounts.use(path.text, guard, handler)
  }

  #load(): LoadedApp {
    this.#loaded ??= this.#create()
    return this.#loaded
  }

  #create(): LoadedApp {
    const express = expressLibrary()
    const app = express()
    const middleware = express.Router()
    const mounts = express.Router()
    app.disable('x-powered-by')
    app.disable('etag')
    app.set('query parser', queryValues)
    trustProxies(app, this.#trustedProxies)
    app.use(this.#prepare, this.#through(middleware), this.#operations, mounts, this.#unknown, this.#failed)
    return { app, middleware, mounts }
  }

  /** Asked at each request: middleware may be there before the gateway is configured. */
  readonly #trustedProxies = (): number => this.#options.exchanges.policy.trustedProxies

  /** Gives what Express answers the headers that operations give theirs. */
  readonly #prepare: RequestHandler = (request, response, next) => {
    const headers = this.#exchange(request, response).mountHeaders()
    for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at] ?? '', headers[at + 1] ?? '')
    next()
  }

  /** Nothing is passed through in vain: Express leaves a router only in the event loop's next turn. */
  #through(middleware: Router): RequestHandler {
    return (request, response, next) => {
      if (this.#hasMiddleware) middleware(request, response, next)
      else next()
    }
  }

  readonly #operations: RequestHandler = (request, response, next) => {
    if (!this.#options.dispatch(this.#exchange(request, response))) next()
  }

  readonly #unknown: RequestHandler = (request, response) => {
    this.#exchange(request, response).refuse(gatewayProblems.notFound(this.#options.page()))
  }

  // Express tells an error handler by its four parameters.
  // eslint-disable-next-line @typescript-eslint/max-params
  readonly #failed: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    this.#exchange(request, response).fail(error, problemOfExpress)
  }

  #exchange(request: IncomingMessage, response: ServerResponse): Exchange {
    return this.#options.exchanges.of(request, response)
  }
}
