import type { EventEmitter } from 'node:events'

/** A call that is being served. */
export interface ActiveCall {
  /** Ends it with an error. Does nothing when it is already over. */
  fail(error: unknown): void
  /** Whether it goes on until somebody ends it. */
  readonly isEndless: boolean
}

/** The calls that are being served now, so that a hub whose time is up can tell their callers. */
export class ActiveCalls {
  readonly #calls = new Set<ActiveCall>()

  get size(): number {
    return this.#calls.size
  }

  /** Counts a call until `events` say that it is over: grpc-js emits `cancelled` once, however a call ended. */
  add(active: ActiveCall, events: EventEmitter): void {
    this.#calls.add(active)
    events.on('cancelled', () => this.#calls.delete(active))
  }

  /** Whether the call was still being served. */
  delete(active: ActiveCall): boolean {
    return this.#calls.delete(active)
  }

  failAll(error: unknown): void {
    for (const active of [...this.#calls]) active.fail(error)
  }

  /** Ends what nobody needs to wait for, since it would never end. */
  failEndless(error: unknown): void {
    for (const active of [...this.#calls]) if (active.isEndless) active.fail(error)
  }
}
