import type { Client, Metadata } from '@grpc/grpc-js'
import type { CallOptions } from '../service/call-context.js'
import { sendAll, type MessageSink } from '../service/message-streams.js'
import type { CallSite } from './call-site.js'
import { ResponseStream, type ReadCall } from './response-stream.js'

/** How a call reaches the service. */
export interface Line {
  /** @throws HostError `CLIENT_UNAVAILABLE` when the host does not run */
  client(): Client
  /** What goes along with a call that begins now. */
  metadata(): Metadata
  /** The calls that are under way, to be cancelled when the host stops. */
  readonly calls: Set<{ cancel(): void }>
  /** The error for the callers of calls that the host's stop has cancelled; `undefined` while it runs. */
  cut(): Error | undefined
}

/** A method as its callers see it. */
export type ClientMethod = (request: unknown, options?: CallOptions) => unknown

/** Stops what sends requests when the call is over; it is never shown. */
const OVER = new Error('The call is over.')

const asTheyAre = (bytes: unknown): Buffer => bytes as Buffer
const ignore = (): void => undefined

/** The method of a client for a method of a service in another process. */
export function remoteMethod(site: CallSite, line: Line): ClientMethod {
  const { requestStream, responseStream } = site.method
  if (responseStream) {
    return (request, options = {}) => {
      // The call is made when somebody reads; its time counts from here.
      const deadline = site.deadlineOf(options)
      return new ResponseStream(() => receive(site, line, { request, options, deadline }))
    }
  }
  return requestStream
    ? (requests, options = {}) => collect(site, line, { requests, options })
    : (request, options = {}) => ask(site, line, { request, options })
}

/** One request, one response. */
function ask(
  site: CallSite,
  line: Line,
  { request, options }: { readonly request: unknown; readonly options: CallOptions },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { signal } = options
    signal?.throwIfAborted()
    const { path, responseDeserialize } = site.method
    const deadline = site.deadlineOf(options)
    const afterMs = site.timeLeft(deadline)
    const bytes = site.encode(request)
    let onAbort: (() => void) | undefined
    const call = line
      .client()
      .makeUnaryRequest(
        path,
        asTheyAre,
        responseDeserialize,
        bytes,
        line.metadata(),
        { deadline },
        (failure, response) => {
          line.calls.delete(call)
          if (onAbort) signal?.removeEventListener('abort', onAbort)
          if (!failure) resolve(site.answersNothing ? undefined : response)
          else reject(errorOf(failure, { signal, line, site, afterMs }))
        },
      )
    line.calls.add(call)
    if (signal) {
      onAbort = () => call.cancel()
      signal.addEventListener('abort', onAbort, { once: true })
    }
  })
}

/** A stream of requests, one response. */
function collect(
  site: CallSite,
  line: Line,
  { requests, options }: { readonly requests: unknown; readonly options: CallOptions },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { signal } = options
    signal?.throwIfAborted()
    const { path, responseDeserialize } = site.method
    const deadline = site.deadlineOf(options)
    const afterMs = site.timeLeft(deadline)
    const sending = new Sending(site)
    const call = line
      .client()
      .makeClientStreamRequest(
        path,
        asTheyAre,
        responseDeserialize,
        line.metadata(),
        { deadline },
        (failure, response) => {
          line.calls.delete(call)
          signal?.removeEventListener('abort', onAbort)
          sending.end()
          if (!failure) resolve(site.answersNothing ? undefined : response)
          else reject(sending.failed ?? errorOf(failure, { signal, line, site, afterMs }))
        },
      )
    line.calls.add(call)
    const onAbort = (): void => call.cancel()
    signal?.addEventListener('abort', onAbort, { once: true })
    call.on('error', ignore)
    sending.begin(call, requests)
  })
}

interface Circumstances {
  readonly signal: AbortSignal | undefined
  readonly line: Line
  readonly site: CallSite
  readonly afterMs: number
}

/** Whoever gave up gets their own reason back. */
function errorOf(failure: unknown, { signal, line, site, afterMs }: Circumstances): Error {
  if (signal?.aborted === true) return signal.reason as Error
  return line.cut() ?? site.errorOf(failure, afterMs)
}

interface Receipt {
  /** One request, or an iterable of them. */
  readonly request: unknown
  readonly options: CallOptions
  readonly deadline: number
}

/** Makes a call with a stream of responses to one request or a stream of them. */
function receive(site: CallSite, line: Line, { request, options: { signal }, deadline }: Receipt): ReadCall {
  signal?.throwIfAborted()
  const { path, responseDeserialize, requestStream } = site.method
  const afterMs = site.timeLeft(deadline)
  const sending = new Sending(site)
  const client = line.client()
  const metadata = line.metadata()
  const duplex = requestStream
    ? client.makeBidiStreamRequest(path, asTheyAre, responseDeserialize, metadata, { deadline })
    : undefined
  const call =
    duplex ??
    client.makeServerStreamRequest(path, asTheyAre, responseDeserialize, site.encode(request), metadata, { deadline })
  line.calls.add(call)
  const onAbort = (): void => call.cancel()
  signal?.addEventListener('abort', onAbort, { once: true })
  if (duplex) sending.begin(duplex, request)
  return {
    call,
    errorOf: (failure) => sending.failed ?? errorOf(failure, { signal, line, site, afterMs }),
    onEnd() {
      line.calls.delete(call)
      signal?.removeEventListener('abort', onAbort)
      sending.end()
    },
  }
}

interface SendingCall extends MessageSink {
  cancel(): void
  end(): unknown
}

/** The half of a call that sends a stream of requests. */
class Sending {
  /** What the caller's own stream of requests failed with. */
  failed: Error | undefined
  readonly #site: CallSite
  #over: AbortController | undefined

  constructor(site: CallSite) {
    this.#site = site
  }

  begin(call: SendingCall, requests: unknown): void {
    const over = new AbortController()
    this.#over = over
    const encode = (request: unknown): Buffer => this.#site.encode(request)
    sendAll(call, requests, { signal: over.signal, encode }).then(
      () => call.end(),
      (error: unknown) => {
        if (over.signal.aborted) return
        this.failed = error as Error
        call.cancel()
      },
    )
  }

  /** Nobody reads requests any more. */
  end(): void {
    this.#over?.abort(OVER)
  }
}
