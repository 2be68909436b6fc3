import type { IncomingMessage } from 'node:http'
import { randomHex } from './random-hex.js'

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

// Versions to come may add fields at the end; version ff never will be (W3C Trace Context, section 3.2.2).
const TRACE_PARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)
const SAMPLED = 1

/** Longer lists are not sent along (section 3.3.1.5 asks for 512 characters at least). */
const LONGEST_STATE = 4_096

const SIXTEEN_BYTES = /^(?:[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

/** @param requestId becomes the id of a trace that begins here, where it is as long, a UUID or not: one id less to search for */
export function traceContextOf({ headers }: IncomingMessage, requestId: string): TraceContext {
  const given = givenTrace(headers['traceparent'])
  const traceId = given?.traceId ?? newTraceId(requestId)
  const spanId = randomHex(8)
  const state = given && headers['tracestate']
  return {
    traceId,
    spanId,
    traceparent: `00-${traceId}-${spanId}-${given?.isSampled === true ? '01' : '00'}`,
    tracestate: typeof state === 'string' && state.length <= LONGEST_STATE ? state : undefined,
    isGiven: given !== undefined,
  }
}

function newTraceId(requestId: string): string {
  const traceId = SIXTEEN_BYTES.test(requestId) ? requestId.replaceAll('-', '') : NO_TRACE
  return traceId === NO_TRACE ? randomHex(16) : traceId
}

function givenTrace(header: unknown): { readonly traceId: string; readonly isSampled: boolean } | undefined {
  const [, version, traceId, spanId, flags, more] =
    (typeof header === 'string' ? TRACE_PARENT.exec(header) : null) ?? []
  if (traceId === undefined || traceId === NO_TRACE || spanId === NO_SPAN) return undefined
  if (version === '00' && more !== undefined) return undefined
  return { traceId, isSampled: (Number.parseInt(flags ?? '0', 16) & SAMPLED) === SAMPLED }
}
