import type { HandlerInput, SecurityContext } from '@modkit/core'
import type { Express, Request, Response } from 'express'
import type { Exchange } from '../exchange/exchange.js'
import type { RouteMatch } from '../routing/router.js'
import type { InputValues } from './input-reader.js'
import { queryValues } from './query-values.js'

/** The call that an input belongs to. */
export interface OfCall {
  readonly exchange: Exchange
  readonly match: RouteMatch
  readonly plan: { readonly app: () => Express }
}

/** What a handler is given. Express's objects, the signal and a query without a schema are made only for those who take them. */
export class OperationInput implements HandlerInput {
  readonly params: unknown
  readonly headers: unknown
  readonly body: unknown
  readonly security: SecurityContext | undefined
  readonly #call: OfCall
  #query: unknown

  constructor(call: OfCall, { params, headers, query }: InputValues, body: unknown) {
    this.params = params
    this.headers = headers
    this.body = body
    this.security = call.exchange.security
    this.#call = call
    this.#query = query
  }

  get query(): unknown {
    return (this.#query ??= queryValues(this.#call.match.search))
  }

  get requestId(): string {
    return this.#call.exchange.requestId
  }

  get traceparent(): string {
    return this.#call.exchange.trace.traceparent
  }

  get clientAddress(): string {
    return this.#call.exchange.clientAddress
  }

  get signal(): AbortSignal {
    return this.#call.exchange.signal
  }

  get request(): Request {
    return this.#inExpress().request as Request
  }

  get response(): Response {
    return this.#inExpress().response as Response
  }

  /** Gives the messages Express's methods, unless Express had them first. */
  #inExpress(): Pick<Exchange, 'request' | 'response'> {
    const { request, response } = this.#call.exchange
    if (!('app' in request)) {
      const app = this.#call.plan.app()
      Object.setPrototypeOf(request, app.request)
      Object.setPrototypeOf(response, app.response)
      Object.assign(request, { res: response, originalUrl: request.url, baseUrl: '', params: this.params })
      Object.assign(response, { req: request, locals: Object.create(null) as object })
    }
    return this.#call.exchange
  }
}
