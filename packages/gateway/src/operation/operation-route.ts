import type { Authenticator, Clock } from '@modkit/core'
import { runWithSecurity, settleWithin, type Operation } from '@modkit/core/spi'
import type { Express } from 'express'
import type { Exchange } from '../exchange/exchange.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import type { Route, RouteMatch } from '../routing/router.js'
import { AnswerEncoder, assertEncodable } from './answer-encoder.js'
import { authenticate } from './authenticate.js'
import { assertReadable, InputReader } from './input-reader.js'
import { assertAcceptableBody } from './json-body.js'
import { OperationInput } from './operation-input.js'
import { discardAnswer, writeAnswer } from './write-answer.js'

/** What every operation of a gateway shares. */
export interface OperationEnvironment {
  readonly app: () => Express
  readonly clock: Clock
  readonly bodyLimitBytes: number
  readonly handlerTimeoutMs: number
  /** Aborts when the gateway drains. */
  readonly draining: AbortSignal
  /** Whether operations are served yet. */
  readonly isOpen: () => boolean
  /** Where there is none, `restFinalize` has refused every operation that needs one. */
  readonly authenticator: () => Authenticator | undefined
}

/**
 * One operation, ready to serve: limits, content type, identity, validation, handler, answer, in this order.
 *
 * Its schemas are converted, and thereby checked, when it is made; validators and serialisers are compiled when the first
 * request needs them.
 */
export class OperationRoute implements Route {
  readonly operation: Operation
  readonly #environment: OperationEnvironment
  #reader: InputReader | undefined
  #encoder: AnswerEncoder | undefined
  readonly #bodyLimitBytes: number
  readonly #timeoutMs: number

  /** @throws HostError `ROUTE_SCHEMA_UNSUPPORTED` or `ROUTE_INVALID` */
  constructor(operation: Operation, environment: OperationEnvironment) {
    this.operation = operation
    this.#environment = environment
    this.#bodyLimitBytes = operation.bodyLimitBytes ?? environment.bodyLimitBytes
    this.#timeoutMs = operation.timeoutMs ?? environment.handlerTimeoutMs
    assertReadable(operation)
    assertEncodable(operation)
  }

  serve(exchange: Exchange, match: RouteMatch): void {
    // Every failure becomes an answer; one of the answer itself leaves a cut connection and a line in the log.
    this.#answer(exchange, match).catch((error: unknown) => exchange.fail(error))
  }

  async #answer(exchange: Exchange, match: RouteMatch): Promise<void> {
    if (!this.#environment.isOpen()) {
      exchange.refuse(gatewayProblems.notRunning())
      return
    }
    if (!this.operation.owner.available) {
      exchange.refuse(gatewayProblems.moduleUnavailable())
      return
    }
    const { clock } = this.#environment
    const limits = { operation: this.operation.route, clock, afterMs: this.#timeoutMs }
    const outcome = await settleWithin(this.#handle(exchange, match), limits)
    switch (outcome.kind) {
      case 'done':
        await this.#write(exchange, outcome.value)
        return
      case 'failed':
        throw outcome.error
      case 'exceeded':
      case 'cancelled':
        exchange.abort(outcome.error)
        // The client has its answer; what the handler says now interests nobody.
        outcome.late.then(discardAnswer, () => undefined)
        throw exchange.request.complete ? gatewayProblems.handlerTimeout() : gatewayProblems.bodyTooSlow()
    }
  }

  #encoderOf(): AnswerEncoder {
    return (this.#encoder ??= new AnswerEncoder(this.operation))
  }

  #handle(exchange: Exchange, match: RouteMatch): Promise<unknown> {
    const { auth, inputs } = this.operation
    if (inputs.body) assertAcceptableBody(exchange.request, this.#bodyLimitBytes)
    if (auth.kind === 'public') return this.#call(exchange, match)
    return this.#callFor(exchange, match, auth.scopes)
  }

  /** Only here somebody has to be remembered: public operations pay nothing for it. */
  async #callFor(exchange: Exchange, match: RouteMatch, scopes: readonly string[]): Promise<unknown> {
    const authenticator = this.#environment.authenticator()
    const security = await authenticate(exchange, authenticator, { route: this.operation.route, scopes })
    exchange.security = security
    return runWithSecurity(security, () => this.#call(exchange, match))
  }

  async #call(exchange: Exchange, match: RouteMatch): Promise<unknown> {
    this.#reader ??= new InputReader(this.operation, this.#bodyLimitBytes)
    const values = await this.#reader.read(exchange, match)
    const { app } = this.#environment
    return this.operation.handler(new OperationInput({ exchange, values, security: exchange.security, app }))
  }

  async #write(exchange: Exchange, returned: unknown): Promise<void> {
    const { clock, draining } = this.#environment
    const write = (): Promise<void> => writeAnswer(exchange, returned, { encoder: this.#encoderOf(), clock, draining })
    const { security } = exchange
    // What is sent may be made on the way: by a generator, or by a getter.
    await (security === undefined ? write() : runWithSecurity(security, write))
  }
}
