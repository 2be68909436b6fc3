/** A `traceparent` that came with a request (W3C Trace Context). */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  readonly isSampled: boolean
}

// Versions to come may add fields at the end; version ff never will be (section 3.2.2).
const TRACE_PARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)
const SAMPLED = 1

/** What a `traceparent` says; `undefined` where it is none. */
export function parseTraceParent(text: unknown): TraceParent | undefined {
  const [, version, traceId, spanId, flags, more] = (typeof text === 'string' ? TRACE_PARENT.exec(text) : null) ?? []
  if (traceId === undefined || traceId === NO_TRACE || spanId === NO_SPAN) return undefined
  if (version === '00' && more !== undefined) return undefined
  return { traceId, isSampled: (Number.parseInt(flags ?? '0', 16) & SAMPLED) === SAMPLED }
}

/** What to send along as `traceparent` with what a request of the trace causes; `spanId` is the request's own. */
export function formatTraceParent({ traceId, isSampled }: TraceParent, spanId: string): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

/** Longer lists are not sent along (section 3.3.1.5 asks for 512 characters at least). */
const LONGEST_STATE = 4_096

/** A `tracestate` as it is sent along, where it may be: unchanged. */
export function passableTraceState(text: unknown): string | undefined {
  return typeof text === 'string' && text.length <= LONGEST_STATE ? text : undefined
}
