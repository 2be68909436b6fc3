import type { ServiceDefinition } from '@grpc/grpc-js'
import { currentSecurity, HostError, type Clock } from '@modkit/core'
import { callFailureOf } from '../failure/call-failure.js'
import { orAborted } from '../or-aborted.js'
import type { CallContext, CallOptions } from '../service/call-context.js'
import { convertAll } from '../service/message-streams.js'
import type { CallSite } from './call-site.js'
import type { ClientMethod } from './remote-calls.js'

/** A method of an implementation. */
type Implemented = (request: unknown, context: CallContext) => unknown

/** Codecs of a method, in both directions. */
type Codecs = ServiceDefinition[string]

/**
 * The method of a client for a method of this process, called as if it ran in another one: messages and errors are encoded
 * and decoded, the deadline is kept, and who cancels does not wait.
 */
export function strictLocalMethod(site: CallSite, implemented: Implemented, clock: Clock): ClientMethod {
  const { requestStream, responseStream } = site.method
  const toCallee = (message: unknown): unknown => site.method.requestDeserialize(site.encode(message))
  const requestOf = (request: unknown, call: LocalCall): unknown =>
    requestStream
      ? call.watched(convertAll(request, { signal: call.context.signal, convert: toCallee }))
      : toCallee(request)
  if (responseStream) {
    return (request, options = {}) => {
      const call = new LocalCall(site, options, clock)
      return answerAll(site, call, () => implemented(requestOf(request, call), call.context))
    }
  }
  return async (request, options = {}) => {
    options.signal?.throwIfAborted()
    const call = new LocalCall(site, options, clock)
    call.begin()
    try {
      const sent = requestOf(request, call)
      const work = async (): Promise<unknown> => implemented(sent, call.context)
      const response = await orAborted(work(), call.context.signal)
      const received = toCaller(site.method, response)
      return site.answersNothing ? undefined : received
    } catch (error) {
      throw call.errorOf(error)
    } finally {
      call.end()
    }
  }
}

async function* answerAll(site: CallSite, call: LocalCall, work: () => unknown): AsyncGenerator<unknown, void, void> {
  call.begin()
  try {
    const convert = (message: unknown): unknown => toCaller(site.method, message)
    yield* convertAll(work(), { signal: call.context.signal, convert })
  } catch (error) {
    throw call.errorOf(error)
  } finally {
    call.end()
  }
}

function toCaller(method: Codecs, response: unknown): unknown {
  return method.responseDeserialize(method.responseSerialize(response ?? {}))
}

/** A call that looks to both sides as one between processes does. */
class LocalCall {
  readonly context: CallContext
  readonly #site: CallSite
  readonly #signal: AbortSignal | undefined
  readonly #clock: Clock
  readonly #deadline: number
  readonly #controller = new AbortController()
  #afterMs = 0
  /** What the caller's own stream of requests failed with. */
  #failed: unknown
  #end: () => void = () => undefined

  constructor(site: CallSite, { signal, ...options }: CallOptions, clock: Clock) {
    this.#site = site
    this.#signal = signal
    this.#clock = clock
    this.#deadline = site.deadlineOf(options)
    this.context = {
      signal: this.#controller.signal,
      deadline: Number.isFinite(this.#deadline) ? this.#deadline : undefined,
      security: currentSecurity(),
    }
  }

  begin(): void {
    this.#signal?.throwIfAborted()
    const operation = `The call ${this.#site.path}`
    const cancel = (): void => this.#controller.abort(new HostError('CANCELLED', { operation }))
    const afterMs = this.#site.timeLeft(this.#deadline)
    this.#afterMs = afterMs
    const expire = (): void => this.#controller.abort(new HostError('DEADLINE_EXCEEDED', { operation, afterMs }))
    const timer = Number.isFinite(afterMs) ? this.#clock.after(afterMs, expire, { keepAlive: false }) : undefined
    this.#signal?.addEventListener('abort', cancel, { once: true })
    this.#end = () => {
      timer?.cancel()
      this.#signal?.removeEventListener('abort', cancel)
      // Requests that are still to come, nobody reads.
      this.#controller.abort(new HostError('CANCELLED', { operation }))
    }
  }

  end(): void {
    this.#end()
  }

  /** The caller's stream of requests, whose errors are not the callee's. */
  async *watched(requests: AsyncIterable<unknown>): AsyncGenerator<unknown, void, void> {
    try {
      yield* requests
    } catch (error) {
      if (!this.#controller.signal.aborted) this.#failed = error
      throw error
    }
  }

  /** What the caller gets for what the callee threw. */
  errorOf(error: unknown): unknown {
    if (this.#failed !== undefined) return this.#failed
    if (this.#signal?.aborted === true) return this.#signal.reason
    // What the caller did wrong has not left this side.
    if (HostError.is(error, 'GRPC_MESSAGE_INVALID')) return error
    return this.#site.errorOf(callFailureOf(error), this.#afterMs)
  }
}
