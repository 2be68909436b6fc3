import type { EventEmitter } from 'node:events'
import { currentSecurity, HostError, type Clock, type SecurityContext } from '@modkit/core'

/**
 * What a served method is given besides its request. It fits as the options of a call that the method makes in turn: handed
 * on, the caller's deadline and cancellation reach as far as its calls.
 */
export interface CallContext {
  /** Aborts when the caller gave up or the deadline passed: nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** Until when the caller waits, in milliseconds since the epoch; `undefined` when it did not say. */
  readonly deadline: number | undefined
  /** Who is calling, where that is known; frozen. `currentSecurity()` says the same while the method runs. */
  readonly security: SecurityContext | undefined
}

/** What a caller may say about a call; the second argument of a client's methods. */
export interface CallOptions {
  /** Cancels the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /**
   * Until when to wait, in milliseconds since the epoch; `Infinity` to wait as long as it takes. Default: as long as the
   * policy of the client's key says, or 10 s.
   */
  readonly deadline?: number | undefined
}

/** The part of a grpc-js call that all four kinds have. */
interface ServerCall extends EventEmitter {
  readonly cancelled: boolean
  getDeadline(): Date | number
  getPath(): string
}

/** A context whose signal follows the call until `settle` is called. */
export interface OpenCall {
  readonly context: CallContext
  /** The answer is on its way: what happens to the call from here on no longer concerns the method. */
  readonly settle: () => void
}

export function openCall(call: ServerCall, clock: Clock): OpenCall {
  const deadline = Number(call.getDeadline())
  const signal = new LazySignal(call, clock, deadline)
  return {
    context: {
      // A property of its own, so that a copy of the context has it, too.
      get signal() {
        return signal.get()
      },
      deadline: Number.isFinite(deadline) ? deadline : undefined,
      // The hub runs the handler of a call on behalf of its caller.
      security: currentSecurity(),
    },
    settle: () => signal.settle(),
  }
}

/** A signal that is made when somebody asks for it: most methods never do, and it is a large part of what a call costs. */
class LazySignal {
  readonly #call: ServerCall
  readonly #clock: Clock
  readonly #deadline: number
  readonly #beganAt: number
  #controller: AbortController | undefined
  #isSettled = false
  readonly #onOver = (): void => this.#controller?.abort(this.#reason())

  constructor(call: ServerCall, clock: Clock, deadline: number) {
    this.#call = call
    this.#clock = clock
    this.#deadline = deadline
    this.#beganAt = clock.now()
  }

  get(): AbortSignal {
    if (this.#controller) return this.#controller.signal
    this.#controller = new AbortController()
    if (!this.#isSettled && this.#call.cancelled) this.#onOver()
    else if (!this.#isSettled) this.#call.once('cancelled', this.#onOver)
    return this.#controller.signal
  }

  settle(): void {
    this.#isSettled = true
    if (this.#controller) this.#call.off('cancelled', this.#onOver)
  }

  /** grpc-js has one event for a caller that gave up, a connection that broke and a deadline that passed. */
  #reason(): HostError {
    const operation = `The call ${this.#call.getPath()}`
    if (this.#clock.now() < this.#deadline) return new HostError('CANCELLED', { operation })
    const afterMs = Math.max(0, this.#deadline - this.#beganAt)
    return new HostError('DEADLINE_EXCEEDED', { operation, afterMs })
  }
}
