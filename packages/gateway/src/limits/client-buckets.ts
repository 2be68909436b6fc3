import { TokenBucket, type BucketLevel, type BucketRate } from './token-bucket.js'

/** More clients than this are not told apart by what they did long ago: memory has a limit, whoever calls. */
const MOST_CLIENTS = 10_000

/** How many buckets are looked at, when there are too many, for one that is full and therefore means nothing. */
const SEARCHED = 16

/** A bucket for every client, as many as memory allows. */
export class ClientBuckets {
  readonly #rate: BucketRate
  /** Oldest use first. */
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(rate: BucketRate) {
    this.#rate = rate
  }

  get size(): number {
    return this.#buckets.size
  }

  take(client: string, now: number): BucketLevel {
    const bucket = this.#buckets.get(client) ?? new TokenBucket(this.#rate, now)
    this.#buckets.delete(client)
    this.#buckets.set(client, bucket)
    if (this.#buckets.size > MOST_CLIENTS) this.#forgetOne(now)
    return bucket.take(now)
  }

  /** The one that is full, else the one that has been quiet longest. */
  #forgetOne(now: number): void {
    let oldest: string | undefined
    let seen = 0
    for (const [client, bucket] of this.#buckets) {
      oldest ??= client
      if (bucket.isFull(now)) {
        this.#buckets.delete(client)
        return
      }
      if (++seen === SEARCHED) break
    }
    if (oldest !== undefined) this.#buckets.delete(oldest)
  }
}
