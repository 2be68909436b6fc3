import type { EventEmitter } from 'node:events'
import { currentSecurity, HostError, type Clock, type SecurityContext } from '@modkit/core'

/** What a served method is given besides its request. */
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
  readonly signal?: AbortSignal
  /** In milliseconds since the epoch. */
  readonly deadline?: number
}

/** The part of a grpc-js call that all four kinds have. */
interface ServerCall extends EventEmitter {
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
  const controller = new AbortController()
  const deadline = Number(call.getDeadline())
  const operation = `The call ${call.getPath()}`
  const beganAt = clock.now()
  // grpc-js has one event for a caller that gave up, a connection that broke and a deadline that passed.
  const onOver = (): void => {
    const expired = clock.now() >= deadline
    controller.abort(
      expired
        ? new HostError('DEADLINE_EXCEEDED', { operation, afterMs: Math.max(0, deadline - beganAt) })
        : new HostError('CANCELLED', { operation }),
    )
  }
  call.once('cancelled', onOver)
  return {
    context: {
      signal: controller.signal,
      deadline: Number.isFinite(deadline) ? deadline : undefined,
      // The hub runs the handler of a call on behalf of its caller.
      security: currentSecurity(),
    },
    settle: () => void call.off('cancelled', onOver),
  }
}
