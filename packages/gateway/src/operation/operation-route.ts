import type { Authenticator, Clock } from '@modkit/core'
import { settleWithin, type Operation } from '@modkit/core/spi'
import type { Express } from 'express'
import type { EventStreams } from '../exchange/event-streams.js'
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
  /** After how much silence a stream of events shows that it lives; 0 for never. */
  readonly keepAliveMs: number
  readonly streams: EventStreams
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
    const { clock, streams, keepAliveMs } = this.#environment
    const limits = { operation: this.operation.route, clock, afterMs: this.#timeoutMs }
    const outcome = await settleWithin(this.#handle(exchange, match), limits)
    switch (outcome.kind) {
      case 'done':
        await writeAnswer(exchange, outcome.value, { encoder: this.#encoderOf(), clock, streams, keepAliveMs })
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

  async #handle(exchange: Exchange, match: RouteMatch): Promise<unknown> {
    const { app, authenticator } = this.#environment
    const { inputs, handler } = this.operation
    if (inputs.body) assertAcceptableBody(exchange.request, this.#bodyLimitBytes)
    const security = await authenticate(this.operation, exchange, authenticator())
    this.#reader ??= new InputReader(this.operation, this.#bodyLimitBytes)
    const values = await this.#reader.read(exchange, match)
    return handler(new OperationInput({ exchange, values, security, app }))
  }
}
