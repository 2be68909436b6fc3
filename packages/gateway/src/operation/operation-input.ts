import { parse as parseQuery } from 'node:querystring'
import type { HandlerInput, SecurityContext } from '@modkit/core'
import type { Express, Request, Response } from 'express'
import type { Exchange } from '../exchange/exchange.js'
import type { RouteMatch } from '../routing/router.js'
import type { InputValues } from './input-reader.js'

/** What surrounds a request. */
export interface OperationInputParts {
  readonly exchange: Exchange
  readonly match: RouteMatch
  readonly values: InputValues
  readonly body: unknown
  readonly app: () => Express
}

/** What a handler is given. Express's objects, the signal and a query without a schema are made only for those who take them. */
export class OperationInput implements HandlerInput {
  readonly params: unknown
  readonly headers: unknown
  readonly body: unknown
  readonly security: SecurityContext | undefined
  readonly #parts: OperationInputParts
  #query: unknown

  constructor(parts: OperationInputParts) {
    this.params = parts.values.params
    this.headers = parts.values.headers
    this.body = parts.body
    this.security = parts.exchange.security
    this.#parts = parts
    this.#query = parts.values.query
  }

  get query(): unknown {
    return (this.#query ??= parseQuery(this.#parts.match.search))
  }

  get requestId(): string {
    return this.#parts.exchange.requestId
  }

  get traceparent(): string {
    return this.#parts.exchange.trace.traceparent
  }

  get clientAddress(): string {
    return this.#parts.exchange.clientAddress
  }

  get signal(): AbortSignal {
    return this.#parts.exchange.signal
  }

  get request(): Request {
    return this.#inExpress().request as Request
  }

  get response(): Response {
    return this.#inExpress().response as Response
  }

  /** Gives the messages Express's methods, unless Express had them first. */
  #inExpress(): Pick<Exchange, 'request' | 'response'> {
    const { request, response } = this.#parts.exchange
    if (!('app' in request)) {
      const app = this.#parts.app()
      Object.setPrototypeOf(request, app.request)
      Object.setPrototypeOf(response, app.response)
      Object.assign(request, { res: response, originalUrl: request.url, baseUrl: '', params: this.params })
      Object.assign(response, { req: request, locals: Object.create(null) as object })
    }
    return this.#parts.exchange
  }
}
