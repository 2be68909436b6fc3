import { HostError, type Authenticator, type SecurityContext } from '@modkit/core'
import { isPromiseLike, runWithRequest, type Operation } from '@modkit/core/spi'
import type { Express } from 'express'
import type { Exchange, Served } from '../exchange/exchange.js'
import type { InFlightPlace } from '../limits/in-flight-place.js'
import type { RateLimiter } from '../limits/rate-limiter.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import type { RouteMatch } from '../routing/router.js'
import { authenticate } from './authenticate.js'
import { assertAcceptableBody, type AcceptedBody } from './body/body-head.js'
import { dropUnread } from './body/drop-unread.js'
import { readBytes, type BytesTaker } from './body/read-bytes.js'
import { TO_COME } from './body/schema-body.js'
import type { InputReader, InputValues } from './input-reader.js'
import type { LazyTimer, LazyTimers, Ringable } from './lazy-timers.js'
import { OperationInput, type OfCall } from './operation-input.js'
import { rememberedOf } from './remembered.js'
import { discardAnswer, writeAnswer } from './write-answer.js'
import type { EventsOptions } from './write-events.js'

/** What all operations of a gateway share while they serve. */
export interface ServingEnvironment extends Omit<EventsOptions, 'encoder'> {
  readonly app: () => Express
  readonly timers: LazyTimers
  /** Whether operations are served yet. */
  readonly isOpen: () => boolean
  /** Where there is none, `restFinalize` has refused every operation that needs one. */
  readonly authenticator: () => Authenticator | undefined
}

/** How one operation serves. */
export interface OperationPlan extends ServingEnvironment, EventsOptions {
  readonly operation: Operation
  readonly timeoutMs: number
  readonly bodyLimitBytes: number
  readonly limiter: RateLimiter | undefined
  readonly accepted: AcceptedBody | undefined
  readonly reader: InputReader
  readonly openBody: ((exchange: Exchange) => unknown) | undefined
  readonly served: Served
}

/**
 * One request to one operation: limits, content type, identity, body, validation, handler, answer, in this order.
 *
 * What does not have to wait does not: no promise is made for a request whose handler is synchronous, and its answer is
 * written as soon as its body is there. From the first wait on its time runs; once that is over, nothing goes on. How long a
 * body may take that is read as a whole, the server says: the time begins anew when it is there.
 */
export class OperationCall implements BytesTaker, Ringable, OfCall {
  readonly exchange: Exchange
  readonly match: RouteMatch
  readonly plan: OperationPlan
  /** Also what brings back the asynchronous context in which the call began. */
  #timer: LazyTimer | undefined
  #isGivenUp = false
  /** The handler is done, and what it returned is being sent. */
  #isSending = false
  #place: InFlightPlace | undefined

  constructor(exchange: Exchange, match: RouteMatch, plan: OperationPlan) {
    this.exchange = exchange
    this.match = match
    this.plan = plan
  }

  /** Never throws; whatever fails becomes the answer. */
  begin(): void {
    const { operation, served } = this.plan
    this.exchange.served = served
    try {
      this.#admit()
      // Only in the other case somebody has to be remembered: public operations pay nothing for it.
      if (operation.auth.kind === 'public') this.#read()
      else this.#identify(operation.auth.scopes)
    } catch (error) {
      this.failed(error)
    }
  }

  /** @throws Problem 413, 415, 429 or 503 */
  #admit(): void {
    const { isOpen, operation, accepted, limiter } = this.plan
    if (!isOpen()) throw gatewayProblems.notRunning()
    if (!operation.owner.available) throw gatewayProblems.moduleUnavailable()
    // What is refused for its head has used nothing up.
    if (accepted) assertAcceptableBody(this.exchange.request, accepted)
    this.#place = limiter?.admit(this.exchange)
  }

  #identify(scopes: readonly string[]): void {
    const { authenticator, operation } = this.plan
    const known = authenticate(this.exchange, authenticator(), { route: operation.route, scopes })
    if (known instanceof Promise) this.#after(known, (security) => this.#readFor(security))
    else this.#readFor(known)
  }

  #readFor(security: SecurityContext): void {
    this.exchange.security = security
    this.#read()
  }

  #read(): void {
    const body = this.plan.reader.bodyOf(this.exchange.request)
    if (body !== TO_COME) {
      this.#use(body)
      return
    }
    this.#timer?.cancel()
    this.#timer = this.plan.timers.idle(this)
    readBytes(this.exchange, this.plan.bodyLimitBytes, this)
  }

  /**
   * The body is there. It comes out of the connection's parser, or out of an event, neither of which knows what middleware, or
   * whoever traces the process, has left in AsyncLocalStorage for this request.
   */
  took(bytes: Buffer): void {
    this.#startTime().runInAsyncScope(this.#took, this, bytes)
  }

  #took(bytes: Buffer): void {
    // Where the server has said its last word, the client has been told that the body took too long.
    if (this.#isGivenUp || this.exchange.request.socket.writableEnded) return
    try {
      this.#use(this.plan.reader.parse(this.exchange.request, bytes))
    } catch (error) {
      this.failed(error)
    }
  }

  #use(body: unknown): void {
    const facts = rememberedOf(this.exchange)
    if (facts === undefined) this.#validate(body)
    else runWithRequest(facts, () => this.#validate(body))
  }

  #validate(body: unknown): void {
    const values = this.plan.reader.read(this, body)
    if (values instanceof Promise) this.#after(values, (read) => this.#handle(read))
    else this.#handle(values)
  }

  #handle(values: InputValues): void {
    const exchange = this.exchange
    const { operation, openBody } = this.plan
    const body = openBody ? openBody(exchange) : values.body
    const returned = operation.handler(new OperationInput(this, values, body))
    if (!isPromiseLike(returned)) {
      this.#answer(returned)
      return
    }
    if (this.#place) holdDuring(this.#place, returned)
    this.#after(returned, (answer) => this.#answer(answer))
  }

  /** `next` is told nothing once the time is over: the client has its answer. */
  #after<T>(work: PromiseLike<T>, next: (value: T) => void): void {
    this.#startTime()
    work.then(
      (value) => {
        if (this.#isGivenUp) discardAnswer(value)
        else this.#attempt(next, value)
      },
      (error: unknown) => this.failed(error),
    )
  }

  #attempt<T>(next: (value: T) => void, value: T): void {
    try {
      next(value)
    } catch (error) {
      this.failed(error)
    }
  }

  #answer(returned: unknown): void {
    if (this.plan.openBody !== undefined) dropUnread(this.exchange)
    this.#isSending = true
    const facts = rememberedOf(this.exchange)
    // What is sent may be made on the way: by a generator, or by a getter.
    const writing = facts
      ? runWithRequest(facts, () => writeAnswer(this.exchange, returned, this.plan))
      : writeAnswer(this.exchange, returned, this.plan)
    // A stream whose first chunk does not come leaves the client as much without an answer as a handler that does not return.
    if (writing === undefined || this.exchange.response.headersSent) this.#timer?.cancel()
    else this.#startTime()
    // Every failure becomes an answer; one of the answer itself leaves a cut connection and a line in the log.
    writing?.then(
      () => this.#timer?.cancel(),
      (error: unknown) => this.failed(error),
    )
  }

  /** The body will not come to its end. */
  lost(problem: Error): void {
    this.#ownTimer().runInAsyncScope(() => this.failed(problem))
  }

  failed(error: unknown): void {
    if (this.#isGivenUp) return
    this.#leave()
    this.exchange.fail(error)
  }

  /** The handler is done, with its time and with its body. */
  #leave(): void {
    this.#timer?.cancel()
    if (this.plan.openBody !== undefined) dropUnread(this.exchange)
  }

  #startTime(): LazyTimer {
    const timer = this.#ownTimer()
    this.plan.timers.start(timer, this.plan.timeoutMs)
    return timer
  }

  #ownTimer(): LazyTimer {
    return (this.#timer ??= this.plan.timers.idle(this))
  }

  /** The time is over. An answer that has begun may take as long as it likes. */
  ring(): void {
    if (this.#isSending && this.exchange.response.headersSent) return
    this.#isGivenUp = true
    const exchange = this.exchange
    const { operation, timeoutMs } = this.plan
    exchange.abort(new HostError('DEADLINE_EXCEEDED', { operation: operation.route, afterMs: timeoutMs }))
    const isHere = exchange.request.complete
    // What is still on its way would be taken for the next request.
    if (!isHere) exchange.response.shouldKeepAlive = false
    exchange.fail(isHere ? gatewayProblems.handlerTimeout() : gatewayProblems.bodyTooSlow())
  }
}

/** Whatever becomes of the work is told elsewhere. */
function holdDuring(place: InFlightPlace, work: PromiseLike<unknown>): void {
  const leave = (): void => place.leave()
  place.hold()
  work.then(leave, leave)
}
