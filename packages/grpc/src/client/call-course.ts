import type { CallOptions } from '../service/call-context.js'
import { sendAll, type MessageSink } from '../service/message-streams.js'
import type { CallSite } from './call-site.js'
import type { Line } from './line.js'

/** A call of grpc-js that is under way. */
interface Cancellable {
  cancel(): void
}

interface SendingCall extends MessageSink, Cancellable {
  end(): unknown
}

/** Stops what sends requests when the call is over; it is never shown. */
const OVER = new Error('The call is over.')

/** A call from its beginning to its end, of whatever kind: how long it may take, who gives it up, and what it fails with. */
export class CallCourse {
  /** Options of grpc-js. */
  readonly options: { readonly deadline: number }
  readonly #site: CallSite
  readonly #line: Line
  readonly #signal: AbortSignal | undefined
  readonly #afterMs: number
  #call: Cancellable | undefined
  #onAbort: (() => void) | undefined
  #sending: AbortController | undefined
  /** What the caller's own stream of requests failed with. */
  #sendingFailed: Error | undefined

  /** @throws the reason of a signal that has aborted, TypeError for a deadline that is none */
  constructor(site: CallSite, line: Line, { signal, deadline }: CallOptions) {
    signal?.throwIfAborted()
    this.#site = site
    this.#line = line
    this.#signal = signal
    this.options = { deadline: site.deadlineOf({ deadline }) }
    this.#afterMs = site.timeLeft(this.options.deadline)
  }

  /** The call is under way: it is cancelled when its caller gives up, or the host stops. */
  begin(call: Cancellable): void {
    this.#call = call
    this.#line.calls.add(call)
    if (this.#signal === undefined) return
    this.#onAbort = () => call.cancel()
    this.#signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Sends a stream of requests for as long as the call goes on. A stream that fails cancels it. */
  send(call: SendingCall, requests: unknown): void {
    const over = (this.#sending = new AbortController())
    const encode = (request: unknown): Buffer => this.#site.encode(request)
    sendAll(call, requests, { signal: over.signal, encode }).then(
      () => call.end(),
      (error: unknown) => {
        if (over.signal.aborted) return
        this.#sendingFailed = error as Error
        call.cancel()
      },
    )
  }

  /** The call is over, and nobody reads requests any more. */
  end(): void {
    if (this.#call) this.#line.calls.delete(this.#call)
    if (this.#onAbort) this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#sending?.abort(OVER)
  }

  /** Whether the caller's own signal has aborted. */
  isGivenUp(): boolean {
    return this.#signal?.aborted === true
  }

  /** The error for the caller of what the call failed with. Whoever gave up gets their own reason back. */
  errorOf(failure: unknown): Error {
    if (this.#sendingFailed) return this.#sendingFailed
    if (this.#signal?.aborted === true) return this.#signal.reason as Error
    return this.#line.cut() ?? this.#site.errorOf(failure, this.#afterMs)
  }
}
