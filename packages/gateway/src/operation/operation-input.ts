import type { HandlerInput, SecurityContext } from '@modkit/core'
import type { Express, Request, Response } from 'express'
import type { Exchange } from '../exchange/exchange.js'
import type { InputValues } from './input-reader.js'

/** What surrounds a request. */
export interface OperationInputParts {
  readonly exchange: Exchange
  readonly values: InputValues
  readonly security: SecurityContext | undefined
  readonly app: () => Express
}

/** What a handler is given. Express's objects and the signal are made only for those who take them. */
export class OperationInput implements HandlerInput {
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly body: unknown
  readonly security: SecurityContext | undefined
  readonly #exchange: Exchange
  readonly #app: () => Express

  constructor({ exchange, values, security, app }: OperationInputParts) {
    this.params = values.params
    this.query = values.query
    this.headers = values.headers
    this.body = values.body
    this.security = security
    this.#exchange = exchange
    this.#app = app
  }

  get requestId(): string {
    return this.#exchange.requestId
  }

  get signal(): AbortSignal {
    return this.#exchange.signal
  }

  get request(): Request {
    return this.#inExpress().request as Request
  }

  get response(): Response {
    return this.#inExpress().response as Response
  }

  /** Gives the messages Express's methods, unless Express had them first. */
  #inExpress(): Pick<Exchange, 'request' | 'response'> {
    const { request, response } = this.#exchange
    if (!('app' in request)) {
      const app = this.#app()
      Object.setPrototypeOf(request, app.request)
      Object.setPrototypeOf(response, app.response)
      Object.assign(request, { res: response, originalUrl: request.url, baseUrl: '', params: this.params })
      Object.assign(response, { req: request, locals: Object.create(null) as object })
    }
    return this.#exchange
  }
}
