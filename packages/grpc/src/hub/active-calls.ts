import type { EventEmitter } from 'node:events'
import type { CallFailure } from '../failure/call-failure.js'

/** Ends one call with a failure. Does nothing when the call is already over. */
export type FailCall = (failure: CallFailure) => void

/** The calls that are being served now, so that a hub whose time is up can tell their callers. */
export class ActiveCalls {
  readonly #calls = new Map<EventEmitter, FailCall>()

  get size(): number {
    return this.#calls.size
  }

  /** Counts `call` until it is over: grpc-js emits `cancelled` however a call ended, streams also `close`. */
  add(call: EventEmitter, fail: FailCall): void {
    this.#calls.set(call, fail)
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
    for (const fail of [...this.#calls.values()]) fail(failure)
  }
}
