import type { RateLimit } from '@modkit/core'
import type { Operation } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import { RateLimiter } from '../limits/rate-limiter.js'
import type { Route, RouteMatch } from '../routing/router.js'
import { AnswerEncoder, assertEncodable } from './answer-encoder.js'
import { assertReadable, InputReader } from './input-reader.js'
import { acceptedBody, openBodyReader } from './operation-body.js'
import { OperationCall, type OperationPlan, type ServingEnvironment } from './operation-call.js'

/** What every operation of a gateway shares. */
export interface OperationEnvironment extends ServingEnvironment {
  readonly bodyLimitBytes: number
  /** How many values a JSON body may have. */
  readonly mostBodyValues: number
  readonly handlerTimeoutMs: number
  /** For operations that name none. */
  readonly rateLimit: RateLimit | undefined
}

/** One operation, ready to serve. Its schemas are converted, and thereby checked, when it is made. */
export class OperationRoute implements Route {
  readonly operation: Operation
  readonly #environment: OperationEnvironment
  /** Made when the first request comes, or by the warm-up: most operations of a large host never get one. */
  #plan: OperationPlan | undefined

  /** @throws HostError `ROUTE_SCHEMA_UNSUPPORTED` or `ROUTE_INVALID` */
  constructor(operation: Operation, environment: OperationEnvironment) {
    this.operation = operation
    this.#environment = environment
    assertReadable(operation)
    assertEncodable(operation)
  }

  serve(exchange: Exchange, match: RouteMatch): void {
    let plan: OperationPlan
    try {
      plan = this.#plan ??= this.#build()
    } catch (error) {
      exchange.fail(error)
      return
    }
    new OperationCall(exchange, match, plan).begin()
  }

  /** Compiles what the first request would have to wait for. */
  warmUp(): void {
    try {
      this.#plan ??= this.#build()
      this.#plan.encoder.compile()
    } catch {
      // A schema that cannot be compiled is the first request's failure, and told with it.
    }
  }

  #build(): OperationPlan {
    const { operation } = this
    const { handlerTimeoutMs, rateLimit, mostBodyValues, ...environment } = this.#environment
    const bodyLimitBytes = operation.bodyLimitBytes ?? environment.bodyLimitBytes
    const limit = operation.rateLimit ?? rateLimit
    return {
      ...environment,
      operation,
      bodyLimitBytes,
      timeoutMs: operation.timeoutMs ?? handlerTimeoutMs,
      limiter: limit && new RateLimiter(limit, environment.clock),
      reader: new InputReader(operation, mostBodyValues),
      encoder: new AnswerEncoder(operation),
      accepted: acceptedBody(operation, bodyLimitBytes),
      openBody: openBodyReader(operation, bodyLimitBytes),
      served: { route: operation.route, module: operation.owner.module },
    }
  }
}
