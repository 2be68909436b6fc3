import type { IncomingMessage, ServerResponse } from 'node:http'
import { PROBLEM_CONTENT_TYPE, type Problem, type ReplyHeaders, type SecurityContext } from '@modkit/core'
import { errorToJson, isErrorLike } from '@modkit/core/spi'
import { internalProblem, problemOf } from '../problem/problem-of.js'
import { clientAddressOf } from './client-address.js'
import { cutAnswer } from './cut-answer.js'
import type { ExchangePolicy } from './exchange-policy.js'
import { endWith } from './end-with.js'
import { requestIdOf } from './request-id.js'
import { forgetAnswer } from './forget-answer.js'
import { headerList, joined, namesLength } from './response-head.js'
import type { HeaderList } from './security-headers.js'
import { writeHead } from './write-head.js'
import { traceContextOf, type TraceContext } from './trace-context.js'

/** A problem is news of this moment, and often for one caller alone. */
const NOT_KEPT: HeaderList = ['cache-control', 'no-store']

/** A body that is ready to be sent. */
export interface OutgoingBody {
  readonly contentType: string
  readonly bytes: string | Uint8Array
}

/** What answers a request, as the log names it. */
export interface Served {
  /** `GET /users/{id}`. */
  readonly route?: string
  readonly module: string
  /** Asked so often, by machines, that the log of accesses would hold little else. */
  readonly isProbe?: boolean
}

/** One request and its answer: its id, its trace, whether anybody still waits for it, and the one way to send something. */
export class Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly requestId: string
  /** Who answers, once that is known. */
  served: Served | undefined
  /** Who is calling, once that is known. */
  security: SecurityContext | undefined
  readonly #policy: ExchangePolicy
  #added: HeaderList | undefined
  #trace: TraceContext | undefined
  #abort: AbortController | undefined
  #isRefused = false

  constructor(request: IncomingMessage, response: ServerResponse, policy: ExchangePolicy) {
    this.request = request
    this.response = response
    this.requestId = requestIdOf(request)
    this.#policy = policy
  }

  /** The request's place in its trace. Made when it is first asked for. */
  get trace(): TraceContext {
    return (this.#trace ??= traceContextOf(this.request, this.requestId))
  }

  /** The path without the query, which may hold secrets. */
  get path(): string {
    const { originalUrl, url = '/' } = this.request as IncomingMessage & { originalUrl?: string }
    return (originalUrl ?? url).split('?', 1)[0] ?? '/'
  }

  get clientAddress(): string {
    return clientAddressOf(this.request, this.#policy.trustedProxies)
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

  /** Headers that the answer will bear, whatever it is. */
  addHeaders(headers: HeaderList): void {
    if (headers.length > 0) this.#added = this.#added === undefined ? headers : [...this.#added, ...headers]
  }

  /** What Express's answers bear besides their own. */
  mountHeaders(): HeaderList {
    return [...this.#policy.mountHeaders, 'x-request-id', this.requestId, ...(this.#added ?? [])]
  }

  /** The headers that every answer bears, and those of this one: names and values in turn. */
  head(described: HeaderList, headers?: ReplyHeaders): string[] {
    const list = joined(this.#policy.headers, ['x-request-id', this.requestId], described)
    if (this.request.headers['traceparent'] !== undefined && this.trace.isGiven)
      list.push('traceresponse', this.trace.traceparent)
    if (this.#added !== undefined) list.push(...this.#added)
    return headers === undefined ? list : headerList(list, headers)
  }

  /** Answers. Does nothing where the client has gone or an answer is under way. */
  send(status: number, body: OutgoingBody | undefined, headers?: ReplyHeaders): void {
    const { response } = this
    if (this.isOver || response.headersSent) return
    if (body === undefined) {
      writeHead(response, status, this.head(this.#lengthOfNothing(status, headers), headers))
      response.end()
      return
    }
    const length = Buffer.byteLength(body.bytes)
    writeHead(
      response,
      status,
      this.head(['content-type', body.contentType, 'content-length', String(length)], headers),
    )
    endWith(response, body.bytes, length)
  }

  /** An answer to HEAD may know how long the body would be. */
  #lengthOfNothing(status: number, headers: ReplyHeaders = {}): HeaderList {
    const isBodiless = status === 204 || status === 304
    return isBodiless || (this.request.method === 'HEAD' && namesLength(headers)) ? [] : ['content-length', '0']
  }

  /** Answers with a problem that is no news for the log. */
  refuse(problem: Problem): void {
    const { response, trace, path: instance } = this
    if (this.isOver || response.headersSent) return
    const { type, title, status, detail, code, errors } = problem
    const bytes = JSON.stringify({ type, title, status, detail, instance, code, traceId: trace.traceId, errors })
    forgetAnswer(response)
    // Of a problem that could not be sent it is said already.
    if (!this.#isRefused) this.addHeaders(NOT_KEPT)
    this.#isRefused = true
    this.send(status, { contentType: PROBLEM_CONTENT_TYPE, bytes }, problem.headers)
  }

  /**
   * Answers with what the client may know of `error`; the log gets everything that is the server's fault.
   *
   * Never throws, for nobody is left to catch it: an error that cannot be read, or that asks for what cannot be sent, such as a
   * header with a character that none may have, is a fault of the server's itself.
   *
   * @param read what the client may know of an error; of most, nothing
   */
  fail(error: unknown, read: (error: unknown) => Problem = problemOf): void {
    try {
      this.#fail(error, read(error))
    } catch (fault) {
      this.#failPlainly(fault)
    }
  }

  #failPlainly(fault: unknown): void {
    try {
      this.#fail(fault, internalProblem(fault))
    } catch {
      // What middleware has put in between lets nothing pass.
      cutAnswer(this.response)
    }
  }

  #fail(error: unknown, problem: Problem): void {
    if (this.isOver && !this.#isAnswered) this.#log('debug', 'request failed after the client had gone', error)
    else if (problem.status >= 500) this.#log(problem.status === 500 ? 'error' : 'warn', 'request failed', error)
    if (this.isOver) return
    if (!this.response.headersSent) this.refuse(problem)
    // The client has part of an answer: only a cut connection tells it that there is no more.
    else cutAnswer(this.response)
  }

  /** Whether the client has been given a whole answer, which a handler may have done by hand before it failed. */
  get #isAnswered(): boolean {
    return this.response.writableEnded && this.response.socket?.destroyed !== true
  }

  #log(level: 'debug' | 'warn' | 'error', message: string, error: unknown): void {
    this.#policy.logger[level](message, {
      requestId: this.requestId,
      traceId: this.trace.traceId,
      method: this.request.method,
      path: this.path,
      ...(this.served?.route !== undefined && { route: this.served.route, module: this.served.module }),
      error: errorToJson(error),
      ...(isErrorLike(error) && { stack: error.stack }),
    })
  }
}
