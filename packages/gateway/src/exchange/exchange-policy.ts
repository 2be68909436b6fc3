import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '@modkit/core'
import type { CorsPolicy } from '../cors/cors-policy.js'
import type { AccessLog } from './access-log.js'
import { Exchange } from './exchange.js'
import { plainTarget } from './request-target.js'
import { commonHeaders, operationHeaders, safeHeaders, type HeaderList } from './security-headers.js'

/** What all exchanges of a gateway have in common. */
export interface ExchangePolicy {
  readonly logger: Logger
  /** On every answer that the gateway itself writes. */
  readonly headers: HeaderList
  /** On what mounts and middleware answer, unless they say otherwise. */
  readonly mountHeaders: HeaderList
  /** How many proxies stand in front, whose word on a client's address is taken. */
  readonly trustedProxies: number
  readonly cors: CorsPolicy | undefined
  readonly accessLog: AccessLog | undefined
}

/** The policy of a gateway that has not been configured yet. */
export function plainPolicy(logger: Logger): ExchangePolicy {
  const headers = operationHeaders(safeHeaders)
  const mountHeaders = commonHeaders(safeHeaders)
  return { logger, headers, mountHeaders, trustedProxies: 0, cors: undefined, accessLog: undefined }
}

/** Opens exchanges, and finds the one that a request has already when it comes a second time, through Express. */
export class Exchanges {
  readonly #known = new WeakMap<ServerResponse, Exchange>()
  #policy: ExchangePolicy

  constructor(policy: ExchangePolicy) {
    this.#policy = policy
  }

  /** From the next request on. */
  set policy(policy: ExchangePolicy) {
    this.#policy = policy
  }

  get policy(): ExchangePolicy {
    return this.#policy
  }

  open(request: IncomingMessage, response: ServerResponse): Exchange {
    const policy = this.#policy
    const { url = '/' } = request
    const target = plainTarget(url)
    if (target !== url) request.url = target
    const exchange = new Exchange(request, response, policy)
    policy.accessLog?.watch(exchange)
    if (policy.cors) exchange.addHeaders(policy.cors.headersFor(request.headers.origin))
    return exchange
  }

  /** Keeps the exchange for those who have nothing but its messages. */
  remember(exchange: Exchange): Exchange {
    this.#known.set(exchange.response, exchange)
    return exchange
  }

  of(request: IncomingMessage, response: ServerResponse): Exchange {
    return this.#known.get(response) ?? this.remember(this.open(request, response))
  }
}
