import { HostError, type Clock, type Logger } from '@modkit/core'
import { formatDuration, messageOf, toError } from '@modkit/core/spi'
import type { KeySetSource } from './key-set-sources.js'
import { untilAborted } from './until-aborted.js'

/** How long nobody asks a source again that has just failed. */
const RETRY_MS = 1_000

export interface KeySetCacheOptions<T> {
  readonly source: KeySetSource
  /** Makes of the document what is kept. Throws where it is no key set. */
  readonly parse: (document: unknown) => T | Promise<T>
  readonly clock: Clock
  readonly logger: Logger
  readonly cacheForMs: number
  readonly cooldownMs: number
  readonly timeoutMs: number
}

/** Who waits for keys. The signal is read only once there is something to wait for. */
export interface Waiting {
  /** Ends the wait, and not the reading, for which others may wait too. */
  readonly signal: AbortSignal
}

/** The keys as they were at some time. */
interface Kept<T> {
  readonly keys: T
  readonly since: number
}

/**
 * The key set of an issuer: read when it is first needed, again when it is old, and again when a key is missing, but never
 * twice at the same time, and never in place of keys that are known with nothing.
 */
export class KeySetCache<T> {
  readonly #options: KeySetCacheOptions<T>
  readonly #closing = new AbortController()
  #kept: Kept<T> | undefined
  #loading: Promise<T> | undefined
  /** Why the last attempt has failed, and when; `undefined` after one that has not. */
  #failure: { readonly error: HostError; readonly at: number } | undefined
  #lastRenewal: number | undefined

  constructor(options: KeySetCacheOptions<T>) {
    this.#options = options
  }

  /**
   * What `pick` finds among the keys, as current as the source allows: older ones where it fails. Where `pick` finds
   * nothing, they are read again, unless that has been tried too recently.
   *
   * @throws HostError `JWKS_UNAVAILABLE` where nobody can tell which keys there are; the reason of the signal
   */
  async find<R>(pick: (keys: T) => Promise<R | undefined>, waiting: Waiting): Promise<R | undefined> {
    const before = this.#kept?.keys
    const keys = await this.#current(waiting)
    const found = await pick(keys)
    // What has been read just now lacks the key as well a second time.
    if (found !== undefined || keys !== before) return found
    const renewed = await this.renewed(keys, waiting)
    return renewed === undefined ? undefined : pick(renewed)
  }

  /**
   * The keys in place of those that have turned out not to do. `undefined` where it has been tried too recently to have
   * others: nobody waits for what is not due.
   *
   * @throws HostError `JWKS_UNAVAILABLE` where nobody can tell whether there are others; the reason of the signal
   */
  async renewed(known: T, waiting: Waiting): Promise<T | undefined> {
    const kept = this.#kept
    // Somebody else was faster.
    if (kept !== undefined && kept.keys !== known) return kept.keys
    if (this.#loading === undefined && !this.#mayRenew()) {
      if (this.#failure !== undefined) throw this.#failure.error
      return undefined
    }
    this.#lastRenewal = this.#now
    return this.#load(waiting)
  }

  /** Why the keys cannot be had just now. Tries to have them where they are missing, old, or could not be had before. */
  async trouble(waiting: Waiting): Promise<HostError | undefined> {
    const isFine = this.#kept !== undefined && !this.#isOld(this.#kept) && this.#failure === undefined
    // What comes of it is read below.
    if (!isFine) await this.#load(waiting).catch(() => undefined)
    return this.#failure?.error
  }

  /** The keys as they are just now, however old; `undefined` where there are none. */
  get keys(): T | undefined {
    return this.#kept?.keys
  }

  /** Ends what is being read. */
  close(): void {
    this.#closing.abort(new Error('the module has stopped'))
  }

  async #current(waiting: Waiting): Promise<T> {
    const kept = this.#kept
    if (kept === undefined) return this.#load(waiting)
    if (!this.#isOld(kept)) return kept.keys
    // Who waits for a source that has failed before waits for nothing, most likely.
    if (this.#failure !== undefined) {
      this.#loadAside()
      return kept.keys
    }
    try {
      return await this.#load(waiting)
    } catch (error) {
      if (waiting.signal.aborted) throw error
      return kept.keys
    }
  }

  get #now(): number {
    return this.#options.clock.monotonic()
  }

  #isOld({ since }: Kept<T>): boolean {
    return this.#now - since >= this.#options.cacheForMs
  }

  #mayRenew(): boolean {
    const { cooldownMs } = this.#options
    const pauseMs = this.#failure === undefined ? cooldownMs : Math.min(RETRY_MS, cooldownMs)
    return this.#lastRenewal === undefined || this.#now - this.#lastRenewal >= pauseMs
  }

  /** One attempt for all who ask meanwhile. Who leaves earlier does not take it from the others. */
  async #load({ signal }: Waiting): Promise<T> {
    if (this.#loading === undefined && this.#failure !== undefined && this.#now - this.#failure.at < RETRY_MS)
      throw this.#failure.error
    return untilAborted((this.#loading ??= this.#attempt()), signal)
  }

  #loadAside(): void {
    // Its failure is kept, logged, and told by trouble().
    this.#load(this.#closing).catch(() => undefined)
  }

  async #attempt(): Promise<T> {
    try {
      const keys = await this.#read()
      this.#succeed(keys)
      return keys
    } catch (error) {
      throw this.#fail(error)
    } finally {
      this.#loading = undefined
    }
  }

  async #read(): Promise<T> {
    const { source, parse, clock, timeoutMs } = this.#options
    const limit = new AbortController()
    const giveUp = (): void => limit.abort(new Error(`it did not answer within ${formatDuration(timeoutMs)}`))
    const timer = clock.after(timeoutMs, giveUp, { keepAlive: false })
    try {
      const reading = source.read(AbortSignal.any([limit.signal, this.#closing.signal]))
      return await parse(await untilAborted(reading, limit.signal))
    } finally {
      timer.cancel()
    }
  }

  #succeed(keys: T): void {
    const { logger, source } = this.#options
    if (this.#failure !== undefined) logger.info('The keys of tokens can be had again', { source: source.name })
    this.#kept = { keys, since: this.#now }
    this.#failure = undefined
  }

  #fail(error: unknown): HostError {
    const { logger, source } = this.#options
    const reason = reasonOf(error)
    // An outage is one piece of news, however often somebody asks.
    if (this.#failure === undefined && !this.#closing.signal.aborted)
      logger.warn('The keys of tokens cannot be had', {
        source: source.name,
        reason,
        has_older: this.keys !== undefined,
      })
    const failure = new HostError('JWKS_UNAVAILABLE', { source: source.name, reason }, { cause: error })
    this.#failure = { error: failure, at: this.#now }
    return failure
  }
}

/** What broke a connection is the cause of what fetch() throws; one that was tried at several addresses has a code alone. */
function reasonOf(error: unknown): string {
  const { cause } = toError(error)
  if (messageOf(error) !== 'fetch failed' || cause === undefined) return messageOf(error)
  const { code } = cause as { readonly code?: unknown }
  return messageOf(cause) || String(code)
}
