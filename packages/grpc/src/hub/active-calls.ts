import type { EventEmitter } from 'node:events'
import type { CallFailure } from '../failure/call-failure.js'

/** Ends one call with a failure. Does nothing when the call is already over. */
export type FailCall = (failure: CallFailure) => void

export interface ActiveCall {
  readonly fail: FailCall
  /** Whether it goes on until somebody ends it. */
  readonly isEndless: boolean
}

/** The calls that are being served now, so that a hub whose time is up can tell their callers. */
export class ActiveCalls {
  readonly #calls = new Map<EventEmitter, ActiveCall>()

  get size(): number {
    return this.#calls.size
  }

  /** Counts `call` until it is over: grpc-js emits `cancelled` however a call ended, streams also `close`. */
  add(call: EventEmitter, active: ActiveCall): void {
    this.#calls.set(call, active)
    const forget = (): void => {
      this.delete(call)
    }
    call.once('cancelled', forget)
    call.once('close', forget)
  }

  /** Whether the call was still being served. */
  delete(call: EventEmitter): boolean {
    return this.#calls.delete(call)
  }

  failAll(failure: CallFailure): void {
    for (const { fail } of [...this.#calls.values()]) fail(failure)
  }

  /** Ends what nobody needs to wait for, since it would never end. */
  failEndless(failure: CallFailure): void {
    for (const { fail, isEndless } of [...this.#calls.values()]) if (isEndless) fail(failure)
  }
}
