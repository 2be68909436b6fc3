import type { Clock, RateLimit } from '@modkit/core'
import { clientGroupOf } from '../exchange/client-address.js'
import type { Exchange } from '../exchange/exchange.js'
import { gatewayProblems } from '../problem/gateway-problems.js'
import { ClientBuckets } from './client-buckets.js'
import { InFlightPlace, type InFlightCount } from './in-flight-place.js'
import { TokenBucket, type BucketLevel, type BucketRate } from './token-bucket.js'

/**
 * What one operation takes on.
 *
 * A request that is refused because too many are being worked on has cost no token: it was not the caller who was too fast.
 */
export class RateLimiter {
  readonly #clock: Clock
  readonly #most: number
  readonly #take: ((exchange: Exchange, now: number) => BucketLevel) | undefined
  readonly #policyHeaders: readonly string[]
  readonly #inFlight: InFlightCount = { requests: 0 }

  constructor({ rps, burst, inFlight, by = 'operation' }: RateLimit, clock: Clock) {
    this.#clock = clock
    this.#most = inFlight ?? Number.POSITIVE_INFINITY
    const rate = rps === undefined ? undefined : { rps, burst: burst ?? Math.ceil(rps) }
    this.#policyHeaders = rate ? policyHeaders(rate, by) : []
    this.#take = rate && (by === 'client' ? takingByClient(rate) : takingTogether(rate, clock))
  }

  /**
   * Lets a request in, and writes into its answer how much is left. Counts it as in flight until its answer is over, and for as
   * long as somebody holds the place that it has been given; none, where the number is not limited.
   *
   * @throws Problem 503 when too many are in flight, 429 when they come too fast
   */
  admit(exchange: Exchange): InFlightPlace | undefined {
    if (this.#inFlight.requests >= this.#most) throw gatewayProblems.tooManyInFlight()
    const level = this.#take?.(exchange, this.#clock.monotonic())
    if (level) {
      exchange.addHeaders([...this.#policyHeaders, ...levelHeaders(level)])
      if (!level.taken) throw gatewayProblems.rateLimited(secondsOf(level.waitMs))
    }
    if (this.#most === Number.POSITIVE_INFINITY) return undefined
    const place = new InFlightPlace(this.#inFlight)
    // Of an answer that is over already, which middleware in front may have waited for, nobody would hear that it is.
    if (!exchange.isOver) {
      place.hold()
      exchange.response.once('close', () => place.leave())
    }
    return place
  }
}

function takingTogether(rate: BucketRate, clock: Clock): (exchange: Exchange, now: number) => BucketLevel {
  const bucket = new TokenBucket(rate, clock.monotonic())
  return (_, now) => bucket.take(now)
}

function takingByClient(rate: BucketRate): (exchange: Exchange, now: number) => BucketLevel {
  const clients = new ClientBuckets(rate)
  return (exchange, now) => clients.take(clientGroupOf(exchange.clientAddress), now)
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
