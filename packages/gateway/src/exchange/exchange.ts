import type { IncomingMessage, ServerResponse } from 'node:http'
import { PROBLEM_CONTENT_TYPE, type Logger, type Problem, type ReplyHeaders, type SecurityContext } from '@modkit/core'
import { errorToJson, isErrorLike } from '@modkit/core/spi'
import { problemOf } from '../problem/problem-of.js'
import { requestIdOf, traceIdOf } from './request-ids.js'
import { operationHeaders } from './security-headers.js'

/** A body that is ready to be sent. */
export interface OutgoingBody {
  readonly contentType: string
  readonly bytes: string | Uint8Array
}

/** One request and its answer: its id, whether anybody still waits for it, and the one way to send something. */
export class Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: string
  /** Who is calling, once that is known. */
  security: SecurityContext | undefined
  readonly #logger: Logger
  #abort: AbortController | undefined

  constructor(request: IncomingMessage, response: ServerResponse, logger: Logger) {
    this.request = request
    this.response = response
    this.#logger = logger
    // Where Express was first, it has given the exchange its id already.
    const given = response.getHeader('x-request-id')
    this.requestId = typeof given === 'string' ? given : requestIdOf(request)
  }

  /** The trace that the client began, else the request's own id. */
  get traceId(): string {
    return traceIdOf(this.request) ?? this.requestId
  }

  /** Whether nothing more can be sent. */
  get isOver(): boolean {
    return this.response.writableEnded || this.response.destroyed || this.response.socket?.destroyed === true
  }

  /** Aborts when the client goes away, or by {@link abort}. Made when it is first asked for: most handlers never do. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController()
      this.#abort = abort
      this.response.once('close', () => {
        if (!this.response.writableFinished) abort.abort(new Error('The client has gone away.'))
      })
      if (this.isOver) abort.abort(new Error('The client has gone away.'))
    }
    return this.#abort.signal
  }

  /** Tells whoever works on the answer that nobody waits for it any more. */
  abort(reason: unknown): void {
    this.#abort?.abort(reason)
  }

  /** The headers that every answer bears, and those of this one. */
  head(headers: ReplyHeaders): Record<string, string | readonly string[]> {
    return { ...operationHeaders, 'x-request-id': this.requestId, ...headers }
  }

  /** Answers. Does nothing where the client has gone or an answer is under way. */
  send(status: number, body: OutgoingBody | undefined, headers: ReplyHeaders = {}): void {
    if (this.isOver || this.response.headersSent) return
    const described = body && {
      'content-type': body.contentType,
      'content-length': String(Buffer.byteLength(body.bytes)),
    }
    const bodyless = status === 204 || status === 304 ? {} : { 'content-length': '0' }
    this.response.writeHead(status, this.head({ ...headers, ...(described ?? bodyless) }) as Record<string, string>)
    this.response.end(body?.bytes)
  }

  /** Answers with a problem that is no news for the log. */
  refuse(problem: Problem): void {
    const { type, title, status, detail, code, errors } = problem
    const instance = pathOf(this.request)
    const bytes = JSON.stringify({ type, title, status, detail, instance, code, traceId: this.traceId, errors })
    this.send(status, { contentType: PROBLEM_CONTENT_TYPE, bytes }, problem.headers)
  }

  /** Answers with what the client may know of `error`; the log gets everything that is the server's fault. */
  fail(error: unknown): void {
    const problem = problemOf(error)
    const nobodyWaits = this.isOver
    if (nobodyWaits) this.#log('debug', 'request failed after the client had gone', error)
    else if (problem.status >= 500) this.#log(problem.status === 500 ? 'error' : 'warn', 'request failed', error)
    if (nobodyWaits || !this.response.headersSent) this.refuse(problem)
    // The client has part of an answer: only a cut connection tells it that there is no more.
    else this.response.destroy()
  }

  #log(level: 'debug' | 'warn' | 'error', message: string, error: unknown): void {
    this.#logger[level](message, {
      requestId: this.requestId,
      traceId: this.traceId,
      method: this.request.method,
      path: pathOf(this.request),
      error: errorToJson(error),
      ...(isErrorLike(error) && { stack: error.stack }),
    })
  }
}

/** The path without the query, which may hold secrets. */
function pathOf(request: IncomingMessage): string {
  const { originalUrl, url = '/' } = request as IncomingMessage & { originalUrl?: string }
  return (originalUrl ?? url).split('?', 1)[0] ?? '/'
}
