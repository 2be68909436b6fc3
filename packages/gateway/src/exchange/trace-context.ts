import type { IncomingMessage } from 'node:http'
import { formatTraceParent, parseTraceParent, passableTraceState, randomHex } from '@modkit/core/spi'

/** A request's place in a distributed trace (W3C Trace Context). */
export interface TraceContext {
  /** 32 hexadecimal digits: the trace that the client began, or a new one. */
  readonly traceId: string
  /** 16 hexadecimal digits: this request in the trace. */
  readonly spanId: string
  /** What to send along as `traceparent` when the request causes others. */
  readonly traceparent: string
  /** What came as `tracestate`, to be sent along unchanged. */
  readonly tracestate: string | undefined
  /** Whether the client named the trace. */
  readonly isGiven: boolean
}

const NO_TRACE = '0'.repeat(32)

const SIXTEEN_BYTES = /^(?:[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

/** @param requestId becomes the id of a trace that begins here, where it is as long, a UUID or not: one id less to search for */
export function traceContextOf({ headers }: IncomingMessage, requestId: string): TraceContext {
  const given = parseTraceParent(headers['traceparent'])
  const trace = given ?? { traceId: newTraceId(requestId), isSampled: false }
  const spanId = randomHex(8)
  return {
    traceId: trace.traceId,
    spanId,
    traceparent: formatTraceParent(trace, spanId),
    tracestate: given && passableTraceState(headers['tracestate']),
    isGiven: given !== undefined,
  }
}

function newTraceId(requestId: string): string {
  const traceId = SIXTEEN_BYTES.test(requestId) ? requestId.replaceAll('-', '') : NO_TRACE
  return traceId === NO_TRACE ? randomHex(16) : traceId
}
