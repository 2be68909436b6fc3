import type { Clock, Logger } from '@modkit/core'
import type { Exchange } from './exchange.js'

/** Says of every request, once it is over, what it was and how it went. */
export class AccessLog {
  readonly #clock: Clock
  readonly #logger: Logger

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
  }

  /** Call once for each exchange, at its beginning. */
  watch(exchange: Exchange): void {
    const startedAt = this.#clock.monotonic()
    // A connection that is gone has none any more.
    const { clientAddress } = exchange
    exchange.response.once('close', () => {
      this.#write(exchange, { clientAddress, durationMs: this.#clock.monotonic() - startedAt })
    })
  }

  #write(exchange: Exchange, { clientAddress, durationMs }: AccessFacts): void {
    const { request, response, requestId, served } = exchange
    this.#logger[served?.isProbe === true ? 'debug' : 'info']('request', {
      method: request.method,
      // Without the query, which may hold secrets.
      path: exchange.path,
      status: response.headersSent ? response.statusCode : undefined,
      durationMs: Math.round(durationMs * 1_000) / 1_000,
      requestId,
      traceId: exchange.trace.traceId,
      client: clientAddress,
      ...(served?.route !== undefined && { route: served.route, module: served.module }),
      // The client left, or was cut off, before it had all of the answer.
      ...(!response.writableFinished && { aborted: true }),
    })
  }
}

interface AccessFacts {
  readonly clientAddress: string
  readonly durationMs: number
}
