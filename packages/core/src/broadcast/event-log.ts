interface KeptEvent<E> {
  readonly event: E
  /** How many readers have this event before them. */
  readers: number
}

export interface EventLogOptions {
  /** How many events are kept although every reader has had them. */
  readonly history: number
  /** How many events are kept at most. */
  readonly limit: number
}

/**
 * One list of events for all readers, each of which is no more than a place in it. The first event has position 1.
 *
 * Kept is what the history asks for and what somebody has still to read. Beyond the limit the oldest goes, and counts as
 * dropped once for each reader that had it before it: such a reader is then where the list begins.
 */
export class EventLog<E> {
  readonly #options: EventLogOptions
  readonly #kept = new Map<number, KeptEvent<E>>()
  #first = 1
  #next = 1
  /** How many readers wait for the event that comes next. */
  #caughtUp = 0
  #dropped = 0

  constructor(options: EventLogOptions) {
    this.#options = options
  }

  /** The position of the oldest event that is kept, or of the next where none is. */
  get first(): number {
    return this.#first
  }

  /** The position that the next event takes. */
  get next(): number {
    return this.#next
  }

  /** The position of the oldest event of the history. */
  get historyBegin(): number {
    return Math.max(this.#first, this.#next - this.#options.history)
  }

  /** How many events were dropped, summed over the readers. */
  get dropped(): number {
    return this.#dropped
  }

  append(event: E): void {
    this.#kept.set(this.#next++, { event, readers: this.#caughtUp })
    this.#caughtUp = 0
    if (this.#kept.size > this.#options.limit) this.#dropped += this.#forgetFirst()
    this.#trim()
  }

  /** A reader takes its place before the event at `position`, which is kept or the next. */
  enter(position: number): void {
    this.#count(position, 1)
  }

  /** The reader before the event at `position` goes. */
  leave(position: number): void {
    this.#count(Math.max(position, this.#first), -1)
    this.#trim()
  }

  /** The event at `position`, if it is kept; the reader before it goes on by one. */
  read(position: number): E | undefined {
    const kept = this.#kept.get(position)
    if (kept === undefined) return undefined
    kept.readers--
    this.#count(position + 1, 1)
    this.#trim()
    return kept.event
  }

  #count(position: number, change: 1 | -1): void {
    const kept = this.#kept.get(position)
    if (kept === undefined) this.#caughtUp += change
    else kept.readers += change
  }

  /** Forgets the oldest event. Who had it before it, has now the one after it before it. Returns how many these are. */
  #forgetFirst(): number {
    const readers = this.#kept.get(this.#first)?.readers ?? 0
    this.#kept.delete(this.#first++)
    const second = this.#kept.get(this.#first)
    if (second === undefined) this.#caughtUp += readers
    else second.readers += readers
    return readers
  }

  /** Forgets what nobody will read and the history does not ask for. */
  #trim(): void {
    while (this.#first < this.#next - this.#options.history && this.#kept.get(this.#first)?.readers === 0)
      this.#forgetFirst()
  }
}
