import type { TextHeaders } from '../rest/handler-input.js'
import { sse, sseEvent, type SseOptions, type SseReply } from '../rest/reply.js'
import { EventIds } from './event-ids.js'
import { EventLog } from './event-log.js'
import { Reader, type BroadcastState, type ResetReason } from './reader.js'
import { Subscription } from './subscription.js'

/** How much a broadcaster keeps, and whether it says what it has not kept. */
export interface BroadcasterOptions {
  /** How many events a subscriber may be behind before it loses the oldest; none that the history has. Default 256. */
  readonly capacity?: number
  /** How many events are kept for clients that come back with the id of the last one they had. Default 0. */
  readonly history?: number
  /** Whether subscribers are told what they miss, by events named `dropped` and `reset`. Default true. */
  readonly notices?: boolean
}

/** What goes with an event besides its data. */
export interface PublishOptions {
  /** The name under which a browser's `EventSource` dispatches it. */
  readonly event?: string
}

/** Where a subscription begins and ends. */
export interface SubscribeOptions {
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** The id of the last event that the subscriber had, as `Last-Event-ID` says it; empty for none. */
  readonly after?: string | readonly string[] | undefined
}

/** What {@link Broadcaster.reply} takes from the input of a handler. */
export interface SubscribingRequest<Headers = TextHeaders> {
  readonly signal: AbortSignal
  /** All that came, or those of a schema that names `last-event-id`: it would be lost with one that does not. */
  readonly headers: Headers
}

/** What headers lack that a schema has made of a request without saying what becomes of `last-event-id`. */
export interface HeadersNeedLastEventId {
  readonly 'last-event-id': SubscribeOptions['after']
}

type Resumable<Headers> = string extends keyof Headers
  ? Headers
  : Required<Headers> extends HeadersNeedLastEventId
    ? Headers
    : HeadersNeedLastEventId

/**
 * Gives every event to all who listen. A subscriber that is slow holds up nobody: it loses the oldest of what it has not
 * read, and is told how many. Subscribers share one list of events, so that each costs the same few bytes however far it
 * is behind.
 *
 * A subscriber that comes with the id of an event gets what came after it, as far as the history goes. Where that is not
 * everything, or the id is not of this broadcaster's life, a `reset` with the reason comes first, then the history.
 */
export class Broadcaster<T> implements Disposable {
  readonly #state: BroadcastState<T>
  readonly #abandoned = new FinalizationRegistry<Reader<T>>((reader) => reader.end())
  #published = 0
  #subscribers = 0

  /** @throws RangeError unless `capacity` is a whole number from 1, and `history` one from 0 */
  constructor({ capacity = 256, history = 0, notices = true }: BroadcasterOptions = {}) {
    assertWhole('capacity', capacity, 1)
    assertWhole('history', history, 0)
    this.#state = {
      log: new EventLog({ history, limit: Math.max(capacity, history) }),
      ids: new EventIds(),
      tellsMissed: notices,
      waiting: new Set(),
      isClosed: false,
    }
  }

  /** How many subscriptions have not ended. */
  get subscribers(): number {
    return this.#subscribers
  }

  /** How many events were dropped, summed over all subscribers there ever were. */
  get dropped(): number {
    return this.#state.log.dropped
  }

  /**
   * Gives an event to everyone who has subscribed, and returns its id. Neither waits nor throws. Subscribers get this very
   * `data`: leave it as it is. After {@link close} nobody gets it.
   */
  publish(data: T, { event }: PublishOptions = {}): string {
    const { log, ids, waiting, isClosed } = this.#state
    const id = ids.of(++this.#published)
    if (isClosed) return id
    log.append(Object.freeze(sseEvent({ data, id, ...(event !== undefined && { event }) })))
    for (const reader of waiting) reader.wake()
    return id
  }

  /** The events from here on, or those after an id. Those that come before the first is asked for are not lost. */
  subscribe({ signal, after }: SubscribeOptions = {}): Subscription<T> {
    this.#subscribers++
    const onEnd = (): void => {
      this.#subscribers--
    }
    const reader = new Reader<T>(this.#state, { ...this.#placeAfter(after), signal, onEnd })
    const subscription = new Subscription(reader)
    this.#abandoned.register(subscription, reader)
    return subscription
  }

  /**
   * The answer to a request, as server-sent events: `.handle((input) => prices.reply(input))`. Goes on after the
   * `Last-Event-ID` of the request; ends when the client goes away, or the broadcaster closes.
   *
   * @throws RangeError for times that are not whole milliseconds
   */
  reply<Headers = TextHeaders>(
    { headers, signal }: SubscribingRequest<Headers> & SubscribingRequest<Resumable<Headers>>,
    options?: SseOptions,
  ): SseReply {
    // The types have made sure that it is there, if it came.
    const { 'last-event-id': after } = headers as Partial<HeadersNeedLastEventId>
    return sse(this.subscribe({ signal, after }), options)
  }

  /** Ends every subscriber once it has what was published so far. Safe to call again. */
  close(): void {
    this.#state.isClosed = true
    for (const reader of this.#state.waiting) reader.end()
  }

  /** The same as {@link close}. */
  [Symbol.dispose](): void {
    this.close()
  }

  #placeAfter(after: SubscribeOptions['after']): { position: number; reset: ResetReason | undefined } {
    const { log, ids } = this.#state
    const [id = '', ...others] = typeof after === 'string' ? [after] : (after ?? [])
    if (id === '' && others.length === 0) return { position: log.next, reset: undefined }
    const last = others.length === 0 ? ids.positionOf(id) : undefined
    const begin = log.historyBegin
    if (last === undefined || last >= log.next) return { position: begin, reset: 'unknown' }
    return last + 1 < begin ? { position: begin, reset: 'too-old' } : { position: last + 1, reset: undefined }
  }
}

function assertWhole(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new RangeError(`${option} is a whole number from ${String(least)}; it is ${String(value)}.`)
}
