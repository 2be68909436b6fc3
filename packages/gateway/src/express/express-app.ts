import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import type { Mount } from '@modkit/core/spi'
import { Exchange } from '../exchange/exchange.js'
import { requestIdOf } from '../exchange/request-ids.js'
import { commonHeaders } from '../exchange/security-headers.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import type { Logger } from '@modkit/core'

export interface ExpressAppOptions {
  /** Asked at each request: the routes are known only once every module has declared its own. */
  readonly dispatch: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Whether mounts are served yet. */
  readonly isOpen: () => boolean
  readonly logger: () => Logger
}

/** The gateway's Express application: middleware first, then operations, then mounts, and a problem for everything else. */
export class ExpressApp {
  readonly app: Express
  readonly #middleware = express.Router()
  readonly #mounts = express.Router()
  readonly #options: ExpressAppOptions
  #hasMiddleware = false

  constructor(options: ExpressAppOptions) {
    this.#options = options
    this.app = express()
    this.app.disable('x-powered-by')
    this.app.disable('etag')
    this.app.use(prepare, this.#middleware, this.#operations, this.#mounts, this.#notFound, this.#failed)
  }

  /** Whether requests have to come through Express before they reach operations. */
  get hasMiddleware(): boolean {
    return this.#hasMiddleware
  }

  use(...handlers: readonly RequestHandler[]): void {
    this.#hasMiddleware = true
    this.#middleware.use(...handlers)
  }

  mount({ path, owner, handler }: Mount): void {
    const guard: RequestHandler = (request, response, next) => {
      if (!this.#options.isOpen()) this.#exchange(request, response).refuse(gatewayProblems.notRunning())
      else if (!owner.available) this.#exchange(request, response).refuse(gatewayProblems.moduleUnavailable())
      else next()
    }
    this.#mounts.use(path.text, guard, handler)
  }

  readonly #operations: RequestHandler = (request, response, next) => {
    if (!this.#options.dispatch(request, response)) next()
  }

  readonly #notFound: RequestHandler = (request, response) => {
    this.#exchange(request, response).refuse(gatewayProblems.notFound())
  }

  // Express tells an error handler by its four parameters.
  // eslint-disable-next-line @typescript-eslint/max-params
  readonly #failed: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    this.#exchange(request, response).fail(error)
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
