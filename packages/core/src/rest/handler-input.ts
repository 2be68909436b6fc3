import type { IncomingHttpHeaders } from 'node:http'
import type { Request, Response } from 'express'
import type { SecurityContext } from './authenticator.js'
import type { OperationShape } from './operation-shape.js'
import type { Reply, SseReply, StreamReply } from './reply.js'

/** The query when no schema says more: texts, and lists of texts for what is repeated. */
export type TextQuery = Readonly<Record<string, string | readonly string[] | undefined>>

/** The headers when no schema says more. */
export type TextHeaders = Readonly<IncomingHttpHeaders>

/** What a handler is given. Taking it apart costs only what is taken. */
export interface HandlerInput<S extends OperationShape = OperationShape> {
  readonly params: S['params']
  readonly query: S['query']
  readonly headers: S['headers']
  readonly body: S['body']
  /**
   * Aborts when the client has gone away, the operation's time is up, or the host ends a stream of its answer. Pass it to
   * whatever takes long.
   */
  readonly signal: AbortSignal
  /** Who is calling; `undefined` in a public operation. */
  readonly security: S['auth'] extends 'authenticated' ? SecurityContext : SecurityContext | undefined
  /** The id that the response bears as `x-request-id`, and every log line about it. */
  readonly requestId: string
  /** The request's place in its trace (W3C Trace Context): send it along as `traceparent` with requests of your own. */
  readonly traceparent: string
  /** The address that the request came from, as far as proxies are trusted to say. */
  readonly clientAddress: string
  /** Express's request, for what is not said above. */
  readonly request: Request
  /** Express's response, for what replies cannot say. */
  readonly response: Response
}

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206 | 207 | 208 | 226

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never

type RepliesOf<Responses> = {
  [Status in keyof Responses & number]: Reply<Status, Responses[Status]>
}[keyof Responses & number]

type IsAny<T> = 0 extends 1 & T ? true : false

type ReturnedBody<Body> = IsAny<Body> extends true ? Body : [Body] extends [undefined] ? void : Body

/** The body of the one successful response; with several, `reply()` must say which is meant. */
type PlainBodyOf<Responses, Success = keyof Responses & SuccessStatus> = [Success] extends [never]
  ? never
  : IsUnion<Success> extends true
    ? never
    : ReturnedBody<Responses[Success & keyof Responses]>

/** What a handler may return. */
export type HandlerResult<S extends OperationShape> =
  RepliesOf<S['responses']> | PlainBodyOf<S['responses']> | SseReply | StreamReply
