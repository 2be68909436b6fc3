import { HostError, type Authenticator, type Clock, type RateLimit, type SecurityContext } from '@modkit/core'
import { isPromiseLike, runWithSecurity, type Operation } from '@modkit/core/spi'
import type { Express } from 'express'
import type { EventStreams } from '../exchange/event-streams.js'
import type { Exchange, Served } from '../exchange/exchange.js'
import { RateLimiter } from '../limits/rate-limiter.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import type { Route, RouteMatch } from '../routing/router.js'
import { AnswerEncoder, assertEncodable } from './answer-encoder.js'
import { authenticate } from './authenticate.js'
import { assertAcceptableBody, type AcceptedBody } from './body/body-head.js'
import { assertReadable, InputReader, type InputValues } from './input-reader.js'
import { acceptedBody, openBodyReader } from './operation-body.js'
import { OperationInput } from './operation-input.js'
import { discardAnswer, writeAnswer } from './write-answer.js'

/** What every operation of a gateway shares. */
export interface OperationEnvironment {
  readonly app: () => Express
  readonly clock: Clock
  readonly bodyLimitBytes: number
  readonly handlerTimeoutMs: number
  /** For operations that name none. */
  readonly rateLimit: RateLimit | undefined
  /** After how much silence a stream of events shows that it lives; 0 for never. */
  readonly keepAliveMs: number
  readonly streams: EventStreams
  /** Whether operations are served yet. */
  readonly isOpen: () => boolean
  /** Where there is none, `restFinalize` has refused every operation that needs one. */
  readonly authenticator: () => Authenticator | undefined
}

/** What is made when the first request comes, or the warm-up: most operations of a large host never get one. */
interface Machinery {
  readonly reader: InputReader
  readonly encoder: AnswerEncoder
  readonly accepted: AcceptedBody | undefined
  readonly openBody: ((exchange: Exchange) => unknown) | undefined
  readonly served: Served
}

/**
 * One operation, ready to serve: limits, content type, identity, validation, handler, answer, in this order.
 *
 * Its schemas are converted, and thereby checked, when it is made. What does not have to wait does not: a request whose
 * handler is synchronous is answered before this returns, and no promise is made for it.
 */
export class OperationRoute implements Route {
  readonly operation: Operation
  readonly #environment: OperationEnvironment
  readonly #limiter: RateLimiter | undefined
  #machinery: Machinery | undefined

  /** @throws HostError `ROUTE_SCHEMA_UNSUPPORTED` or `ROUTE_INVALID` */
  constructor(operation: Operation, environment: OperationEnvironment) {
    this.operation = operation
    this.#environment = environment
    const limit = operation.rateLimit ?? environment.rateLimit
    this.#limiter = limit && new RateLimiter(limit, environment.clock)
    assertReadable(operation)
    assertEncodable(operation)
  }

  serve(exchange: Exchange, match: RouteMatch): void {
    try {
      const machinery = (this.#machinery ??= this.#build())
      exchange.served = machinery.served
      this.#admit(exchange, machinery)
      const returned = this.#run(exchange, match, machinery)
      if (isPromiseLike(returned)) this.#wait(exchange, returned)
      else this.#answer(exchange, returned)
    } catch (error) {
      exchange.fail(error)
    }
  }

  /** Compiles what the first request would have to wait for. */
  warmUp(): void {
    try {
      this.#machinery ??= this.#build()
      this.#machinery.encoder.compile()
    } catch {
      // A schema that cannot be compiled is the first request's failure, and told with it.
    }
  }

  #build(): Machinery {
    const { operation } = this
    const limitBytes = operation.bodyLimitBytes ?? this.#environment.bodyLimitBytes
    return {
      reader: new InputReader(operation, limitBytes),
      encoder: new AnswerEncoder(operation),
      accepted: acceptedBody(operation, limitBytes),
      openBody: openBodyReader(operation, limitBytes),
      served: { route: operation.route, module: operation.owner.module },
    }
  }

  /** @throws Problem 413, 415, 429 or 503 */
  #admit(exchange: Exchange, { accepted }: Machinery): void {
    if (!this.#environment.isOpen()) throw gatewayProblems.notRunning()
    if (!this.operation.owner.available) throw gatewayProblems.moduleUnavailable()
    // What is refused for its head has used nothing up.
    if (accepted) assertAcceptableBody(exchange.request, accepted)
    this.#limiter?.admit(exchange)
  }

  #run(exchange: Exchange, match: RouteMatch, machinery: Machinery): unknown {
    const { auth } = this.operation
    // Only in the other case somebody has to be remembered: public operations pay nothing for it.
    if (auth.kind === 'public') return this.#call(exchange, match, machinery)
    const demand = { route: this.operation.route, scopes: auth.scopes }
    const callFor = (security: SecurityContext): unknown => {
      exchange.security = security
      return runWithSecurity(security, () => this.#call(exchange, match, machinery))
    }
    const known = authenticate(exchange, this.#environment.authenticator(), demand)
    return known instanceof Promise ? known.then(callFor) : callFor(known)
  }

  #call(exchange: Exchange, match: RouteMatch, machinery: Machinery): unknown {
    const values = machinery.reader.read(exchange, match)
    if (!(values instanceof Promise)) return this.#handle({ exchange, match, values }, machinery)
    return values.then((read) => this.#handle({ exchange, match, values: read }, machinery))
  }

  #handle({ exchange, match, values }: ReadCall, { openBody }: Machinery): unknown {
    const body = openBody ? openBody(exchange) : values.body
    const { app } = this.#environment
    return this.operation.handler(new OperationInput({ exchange, match, values, body, app }))
  }

  #wait(exchange: Exchange, work: PromiseLike<unknown>): void {
    let isGivenUp = false
    const timer = this.#environment.clock.after(this.#timeoutMs, () => {
      isGivenUp = true
      this.#giveUp(exchange)
    })
    work.then(
      (returned) => {
        timer.cancel()
        // The client has its answer; what the handler says now interests nobody.
        if (isGivenUp) discardAnswer(returned)
        else this.#answer(exchange, returned)
      },
      (error: unknown) => {
        timer.cancel()
        if (!isGivenUp) exchange.fail(error)
      },
    )
  }

  get #timeoutMs(): number {
    return this.operation.timeoutMs ?? this.#environment.handlerTimeoutMs
  }

  #giveUp(exchange: Exchange): void {
    const { route } = this.operation
    exchange.abort(new HostError('DEADLINE_EXCEEDED', { operation: route, afterMs: this.#timeoutMs }))
    const isHere = exchange.request.complete
    // What is still on its way would be taken for the next request.
    if (!isHere) exchange.response.shouldKeepAlive = false
    exchange.fail(isHere ? gatewayProblems.handlerTimeout() : gatewayProblems.bodyTooSlow())
  }

  #answer(exchange: Exchange, returned: unknown): void {
    try {
      const { clock, streams, keepAliveMs } = this.#environment
      const encoder = (this.#machinery ??= this.#build()).encoder
      const options = { encoder, clock, streams, keepAliveMs }
      const { security } = exchange
      // What is sent may be made on the way: by a generator, or by a getter.
      const writing = security
        ? runWithSecurity(security, () => writeAnswer(exchange, returned, options))
        : writeAnswer(exchange, returned, options)
      // Every failure becomes an answer; one of the answer itself leaves a cut connection and a line in the log.
      writing?.catch((error: unknown) => exchange.fail(error))
    } catch (error) {
      exchange.fail(error)
    }
  }
}

/** A request that has been let in and read. */
interface ReadCall {
  readonly exchange: Exchange
  readonly match: RouteMatch
  readonly values: InputValues
}
