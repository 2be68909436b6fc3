/** Shared by every copy of this package in the process; says which kind of reply an object is. */
const KIND = Symbol.for('modkit:reply-kind')

/** Header names and values of an answer. */
export type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>

/** An answer with a status, and headers of its own. Made by {@link reply}. */
export interface Reply<Status extends number = number, Body = unknown> {
  readonly [KIND]: 'reply'
  readonly status: Status
  readonly body: Body
  readonly headers: ReplyHeaders
}

/** Chunks of an answer that is not JSON. A Node or a web stream is one. */
export type ByteSource = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>

/** An answer whose bytes come bit by bit. Made by {@link stream}. */
export interface StreamReply {
  readonly [KIND]: 'stream'
  readonly source: ByteSource
  readonly contentType: string
  readonly status: number
  readonly headers: ReplyHeaders
}

/** An answer of server-sent events. Made by {@link sse}. */
export interface SseReply {
  readonly [KIND]: 'sse'
  readonly events: AsyncIterable<unknown> | Iterable<unknown>
  readonly headers: ReplyHeaders
  readonly retryMs: number | undefined
  readonly keepAliveMs: number | undefined
}

/** One server-sent event with more than data. Made by {@link sseEvent}. */
export interface SseEvent<T = unknown> {
  readonly [KIND]: 'sse-event'
  readonly data: T
  readonly event?: string
  readonly id?: string
}

/** An event that tells of the stream itself: its data is no data of the operation, whose schema does not describe it. */
export interface SseNotice<T = unknown> extends SseEvent<T> {
  readonly isNotice: true
}

/** The status and the headers of a stream of bytes. */
export interface StreamOptions {
  /** Default 200. */
  readonly status?: number
  readonly headers?: ReplyHeaders
}

/** How a stream of server-sent events is kept alive and taken up again. */
export interface SseOptions {
  readonly headers?: ReplyHeaders
  /** How many milliseconds a browser's `EventSource` waits before it comes again. Default: as long as it likes. */
  readonly retryMs?: number
  /**
   * After how many milliseconds of silence a comment shows that the connection lives; 0 for never. Default: what the host
   * is configured to, and that is 15 seconds for the gateway.
   */
  readonly keepAliveMs?: number
}

/** What a server-sent event is made of. */
export interface SseEventFields<T> {
  /** Becomes JSON. */
  readonly data: T
  /** The name under which a browser's `EventSource` dispatches it. */
  readonly event?: string
  /** What the client sends back as `Last-Event-ID` when it comes again. */
  readonly id?: string
}

/** An answer with one of the declared statuses: `return reply(201, user, { location })`. */
export function reply<const Status extends number>(status: Status): Reply<Status, undefined>
export function reply<const Status extends number, Body>(
  status: Status,
  body: Body,
  headers?: ReplyHeaders,
): Reply<Status, Body>
export function reply(status: number, body?: unknown, headers: ReplyHeaders = {}): Reply {
  return { [KIND]: 'reply', status, body, headers }
}

/**
 * An answer whose bytes come bit by bit, no faster than the client takes them. When the client goes away the source is
 * ended (`destroy()` of a stream, `return()` of an iterator). An error before the first byte is answered as any error.
 */
export function stream(source: ByteSource, contentType: string, options: StreamOptions = {}): StreamReply {
  return { [KIND]: 'stream', source, contentType, status: options.status ?? 200, headers: options.headers ?? {} }
}

/**
 * An answer of server-sent events: each value becomes the JSON of an event's `data`; {@link sseEvent} adds a name and an
 * id. Ends when the iterable does, when the client goes away, or when the gateway drains; the iterable is ended in every
 * case, once. A value without a JSON form, and an error of the iterable, are logged and cut the connection.
 *
 * @throws RangeError for times that are not whole milliseconds
 */
export function sse(events: AsyncIterable<unknown> | Iterable<unknown>, options: SseOptions = {}): SseReply {
  const { headers = {}, retryMs, keepAliveMs } = options
  assertMilliseconds('retryMs', retryMs)
  assertMilliseconds('keepAliveMs', keepAliveMs)
  return { [KIND]: 'sse', events, headers, retryMs, keepAliveMs }
}

/** One event for {@link sse} with a name or an id. */
export function sseEvent<T>(fields: SseEventFields<T>): SseEvent<T> {
  return { [KIND]: 'sse-event', ...fields }
}

/** One event that tells of the stream itself: its data goes out as it is, whatever the schema of the operation says. */
export function sseNotice<T>(fields: SseEventFields<T>): SseNotice<T> {
  return { [KIND]: 'sse-event', isNotice: true, ...fields }
}

function assertMilliseconds(option: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return
  throw new RangeError(`${option} is a whole number of milliseconds, 0 or more; it is ${String(value)}.`)
}

/** Which kind of reply `value` is; `undefined` for a plain body. */
export function replyKind(value: unknown): 'reply' | 'stream' | 'sse' | 'sse-event' | undefined {
  if (typeof value !== 'object' || value === null || !(KIND in value)) return undefined
  // Only the functions above write the brand.
  return (value as Reply | StreamReply | SseReply | SseEvent)[KIND]
}
