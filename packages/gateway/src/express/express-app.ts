import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorRequestHandler, Express, RequestHandler, Router } from 'express'
import type { Mount } from '@modkit/core/spi'
import { Exchange } from '../exchange/exchange.js'
import { requestIdOf } from '../exchange/request-ids.js'
import { commonHeaders } from '../exchange/security-headers.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import { expressLibrary } from './express-library.js'
import type { Logger } from '@modkit/core'

export interface ExpressAppOptions {
  /** Asked at each request: the routes are known only once every module has declared its own. */
  readonly dispatch: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Whether mounts are served yet. */
  readonly isOpen: () => boolean
  readonly logger: () => Logger
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
  serve(request: IncomingMessage, response: ServerResponse): void {
    if (this.#loaded) this.#loaded.app(request, response)
    else this.#notFound(request, response)
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
    app.use(prepare, middleware, this.#operations, mounts, this.#unknown, this.#failed)
    return { app, middleware, mounts }
  }

  readonly #operations: RequestHandler = (request, response, next) => {
    if (!this.#options.dispatch(request, response)) next()
  }

  readonly #unknown: RequestHandler = (request, response) => {
    this.#notFound(request, response)
  }

  // Express tells an error handler by its four parameters.
  // eslint-disable-next-line @typescript-eslint/max-params
  readonly #failed: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    this.#exchange(request, response).fail(error)
  }

  #notFound(request: IncomingMessage, response: ServerResponse): void {
    this.#exchange(request, response).refuse(gatewayProblems.notFound())
  }

  #exchange(request: IncomingMessage, response: ServerResponse): Exchange {
    return new Exchange(request, response, this.#options.logger())
  }
}

/** Gives what Express answers the id and the headers that operations give theirs. */
const prepare: RequestHandler = (request, response, next) => {
  if (!response.hasHeader('x-request-id')) response.setHeader('x-request-id', requestIdOf(request))
  for (const [name, value] of Object.entries(commonHeaders)) response.setHeader(name, value)
  next()
}
