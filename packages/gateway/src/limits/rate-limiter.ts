import type { Clock, RateLimit } from '@modkit/core'
import { clientGroupOf } from '../exchange/client-address.js'
import type { Exchange } from '../exchange/exchange.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import { ClientBuckets } from './client-buckets.js'
import { TokenBucket, type BucketLevel, type BucketRate } from './token-bucket.js'

/**
 * What one operation takes on.
 *
 * A request that is refused because too many are being worked on has cost no token: it was not the caller who was too fast.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #rate: BucketRate | undefined
  readonly #take: (exchange: Exchange, now: number) => BucketLevel
  readonly #most: number
  readonly #policyHeaders: readonly string[]
  #inFlight = 0

  constructor(limit: RateLimit, clock: Clock) {
    this.#clock = clock
    this.#rate = limit.rps === undefined ? undefined : { rps: limit.rps, burst: limit.burst ?? Math.ceil(limit.rps) }
    this.#most = limit.inFlight ?? Number.POSITIVE_INFINITY
    this.#take = takerOf(this.#rate, limit.by === 'client' ? 'client' : 'operation', clock)
    this.#policyHeaders = this.#rate === undefined ? [] : policyHeaders(this.#rate, limit.by ?? 'operation')
  }

  /**
   * Lets a request in, and writes into its answer how much is left. Counts it as in flight until its answer is over.
   *
   * @throws Problem 503 when too many are in flight, 429 when they come too fast
   */
  admit(exchange: Exchange): void {
    if (this.#inFlight >= this.#most) throw gatewayProblems.tooManyInFlight()
    if (this.#rate !== undefined) {
      const level = this.#take(exchange, this.#clock.monotonic())
      exchange.addHeaders([...this.#policyHeaders, ...levelHeaders(level)])
      if (!level.taken) throw gatewayProblems.rateLimited(secondsOf(level.waitMs))
    }
    if (this.#most === Number.POSITIVE_INFINITY) return
    this.#inFlight++
    exchange.response.once('close', () => this.#inFlight--)
  }
}

function takerOf(
  rate: BucketRate | undefined,
  by: 'operation' | 'client',
  clock: Clock,
): (exchange: Exchange, now: number) => BucketLevel {
  if (rate !== undefined && by === 'client') {
    const clients = new ClientBuckets(rate)
    return (exchange, now) => clients.take(clientGroupOf(exchange.clientAddress), now)
  }
  const bucket = new TokenBucket(rate ?? { rps: 1, burst: 1 }, clock.monotonic())
  return (_, now) => bucket.take(now)
}

/** How many requests may come in how many seconds (RateLimit header fields for HTTP, draft 10 of the IETF, section 3). */
function policyHeaders({ rps, burst }: BucketRate, by: string): readonly string[] {
  const windowSeconds = Math.max(1, Math.ceil(burst / rps))
  return [
    ...['ratelimit-policy', `"${by}";q=${String(burst)};w=${String(windowSeconds)}`],
    ...['ratelimit-limit', String(burst)],
  ]
}

function levelHeaders({ remaining, fullMs }: BucketLevel): readonly string[] {
  return ['ratelimit-remaining', String(remaining), 'ratelimit-reset', String(secondsOf(fullMs))]
}

function secondsOf(ms: number): number {
  return Math.ceil(ms / 1_000)
}
