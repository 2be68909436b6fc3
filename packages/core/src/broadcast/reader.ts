import { sseNotice, type SseEvent, type SseNotice } from '../rest/reply.js'
import type { EventIds } from './event-ids.js'
import type { EventLog } from './event-log.js'

/** Why a subscriber cannot go on where it was: its id is not of this broadcaster's life, or what came after is not kept. */
export type ResetReason = 'unknown' | 'too-old'

/**
 * What a subscriber does not get. `dropped`: so many events, because it was too slow. `reset`: nobody knows how many,
 * because of the id that it came with.
 */
export type MissedNotice = SseNotice<{ readonly count: number }> | SseNotice<{ readonly reason: ResetReason }>

/** What a subscriber gets. `'isNotice' in event` tells the two apart. */
export type BroadcastEvent<T> = SseEvent<T> | MissedNotice

type Result<T> = IteratorResult<BroadcastEvent<T>, undefined>

/** What all readers of a broadcaster share. */
export interface BroadcastState<T> {
  readonly log: EventLog<SseEvent<T>>
  readonly ids: EventIds
  readonly tellsMissed: boolean
  /** The readers that wait for the next event. No other reader is held by anything that lives as long as the broadcaster. */
  readonly waiting: Set<Reader<T>>
  isClosed: boolean
}

export interface ReaderOptions {
  /** Before which event it begins. */
  readonly position: number
  readonly reset: ResetReason | undefined
  readonly signal: AbortSignal | undefined
  /** Called once. */
  readonly onEnd: () => void
}

interface Wait<T> {
  readonly resolve: (result: Result<T>) => void
  /** Whoever waits for a promise need not hold what it came from. */
  readonly owner: object
}

/** The place of one subscriber in the list of events, and whatever waits there. */
export class Reader<T> {
  readonly #state: BroadcastState<T>
  readonly #options: ReaderOptions
  readonly #waits: Wait<T>[] = []
  #position: number
  #reset: ResetReason | undefined
  #dropped = 0
  #isOver = false

  constructor(state: BroadcastState<T>, options: ReaderOptions) {
    this.#state = state
    this.#options = options
    this.#position = options.position
    this.#reset = options.reset
    state.log.enter(options.position)
    if (options.signal?.aborted === true) this.end()
    else options.signal?.addEventListener('abort', this.end)
  }

  /** How many events it was too slow for. */
  get dropped(): number {
    return this.#dropped + (this.#isOver ? 0 : this.#missed)
  }

  get #missed(): number {
    return Math.max(0, this.#state.log.first - this.#position)
  }

  /** The next event, as soon as there is one; the end, once there will be none. `owner` is held until then. */
  next(owner: object): Promise<Result<T>> {
    const event = this.#take()
    if (event !== undefined) return Promise.resolve({ value: event, done: false })
    if (this.#state.isClosed) this.end()
    if (this.#isOver) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve) => {
      this.#waits.push({ resolve, owner })
      this.#state.waiting.add(this)
    })
  }

  /** Gives the event that has come to whoever has waited longest. */
  wake(): void {
    const event = this.#take()
    if (event === undefined) return
    this.#waits.shift()?.resolve({ value: event, done: false })
    if (this.#waits.length === 0) this.#state.waiting.delete(this)
  }

  /** Ends it at once, whatever it has still to read. Safe to call again. */
  readonly end = (): void => {
    if (this.#isOver) return
    this.#dropped += this.#missed
    this.#isOver = true
    this.#state.log.leave(this.#position)
    this.#state.waiting.delete(this)
    this.#options.signal?.removeEventListener('abort', this.end)
    for (const { resolve } of this.#waits.splice(0)) resolve({ value: undefined, done: true })
    this.#options.onEnd()
  }

  #take(): BroadcastEvent<T> | undefined {
    if (this.#isOver) return undefined
    const { log, tellsMissed } = this.#state
    const reason = this.#reset
    this.#reset = undefined
    if (reason !== undefined && tellsMissed) return this.#notice('reset', { reason })
    const count = this.#missed
    this.#dropped += count
    this.#position += count
    if (count > 0 && tellsMissed) return this.#notice('dropped', { count })
    const event = log.read(this.#position)
    if (event !== undefined) this.#position++
    return event
  }

  /** A client that has had the notice and comes back with its id goes on with the event that would have followed it. */
  #notice<D>(event: string, data: D): SseNotice<D> {
    return sseNotice({ data, event, id: this.#state.ids.of(this.#position - 1) })
  }
}
