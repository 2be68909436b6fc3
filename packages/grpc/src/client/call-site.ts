import type { MethodDefinition } from '@grpc/grpc-js'
import { HostError, type Clock } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import type { CallOptions } from '../service/call-context.js'
import { answersNothing } from '../service/load-service.js'
import { callErrorOf, type CallNames, type Failure } from './call-error.js'

/** A method of a client: what all its calls have in common, wherever they are answered. */
export class CallSite implements CallNames {
  readonly client: string
  readonly path: string
  readonly method: MethodDefinition<unknown, unknown>
  /** Whether the response is `undefined`. */
  readonly answersNothing: boolean
  readonly #deadlineMs: number
  readonly #clock: Clock

  constructor(parts: {
    readonly client: string
    readonly method: MethodDefinition<unknown, unknown>
    readonly deadlineMs: number
    readonly clock: Clock
  }) {
    this.client = parts.client
    this.method = parts.method
    this.path = parts.method.path
    this.answersNothing = answersNothing(parts.method)
    this.#deadlineMs = parts.deadlineMs
    this.#clock = parts.clock
  }

  /**
   * The bytes of a request.
   *
   * @throws HostError `GRPC_MESSAGE_INVALID`
   */
  encode(request: unknown): Buffer {
    try {
      return this.method.requestSerialize(request)
    } catch (cause) {
      const reason = messageOf(cause).replace(/\.$/, '')
      throw new HostError('GRPC_MESSAGE_INVALID', { path: this.path, reason }, { cause })
    }
  }

  /** Until when a call that begins now is waited for, in milliseconds since the epoch. */
  deadlineOf({ deadline }: CallOptions): number {
    if (deadline === undefined) return this.#clock.now() + this.#deadlineMs
    if (typeof deadline === 'number' && !Number.isNaN(deadline)) return deadline
    throw new TypeError(`The deadline of a call of ${this.path} must be a number of milliseconds since the epoch.`)
  }

  /** How long is left until a deadline. */
  timeLeft(deadline: number): number {
    return Math.max(0, Math.round(deadline - this.#clock.now()))
  }

  /** The error of a call that failed after its deadline was `afterMs` away. */
  errorOf(failure: unknown, afterMs: number): Error {
    // grpc-js fails calls with nothing else.
    return callErrorOf(failure as Failure, this, afterMs)
  }
}
