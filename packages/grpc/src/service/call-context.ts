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

/**
 * The context of a call that is being served. Its signal is made when somebody asks for it: most methods never do, and it is a
 * large part of what a call costs.
 */
export class OpenCall implements CallContext {
  /** A property of its own, so that a copy of the context has it, too; one function for all, or defining it would be dear. */
  static readonly #signal: PropertyDescriptor & ThisType<OpenCall> = {
    enumerable: true,
    get() {
      return this.#get()
    },
  }

  declare readonly signal: AbortSignal
  readonly deadline: number | undefined
  readonly security: SecurityContext | undefined
  readonly #call: ServerCall
  readonly #clock: Clock
  readonly #beganAt: number
  #controller: AbortController | undefined
  #onOver: (() => void) | undefined
  #isSettled = false

  constructor(call: ServerCall, clock: Clock) {
    Object.defineProperty(this, 'signal', OpenCall.#signal)
    const deadline = Number(call.getDeadline())
    this.deadline = Number.isFinite(deadline) ? deadline : undefined
    // The hub runs the handler of a call on behalf of its caller.
    this.security = currentSecurity()
    this.#call = call
    this.#clock = clock
    this.#beganAt = clock.now()
  }

  /** The answer is on its way: what happens to the call from here on no longer concerns the method. */
  static settle(open: OpenCall): void {
    open.#isSettled = true
    if (open.#onOver) open.#call.off('cancelled', open.#onOver)
  }

  #get(): AbortSignal {
    if (this.#controller) return this.#controller.signal
    const controller = (this.#controller = new AbortController())
    if (this.#isSettled) return controller.signal
    this.#onOver = () => controller.abort(this.#reason())
    if (this.#call.cancelled) this.#onOver()
    else this.#call.once('cancelled', this.#onOver)
    return controller.signal
  }

  /** grpc-js has one event for a caller that gave up, a connection that broke and a deadline that passed. */
  #reason(): HostError {
    const operation = `The call ${this.#call.getPath()}`
    if (this.deadline === undefined || this.#clock.now() < this.deadline)
      return new HostError('CANCELLED', { operation })
    const afterMs = Math.max(0, this.deadline - this.#beganAt)
    return new HostError('DEADLINE_EXCEEDED', { operation, afterMs })
  }
}
