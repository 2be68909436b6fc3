import type { Metadata } from '@grpc/grpc-js'
import {
  currentRequest,
  formatTraceParent,
  parseTraceParent,
  passableTraceState,
  randomHex,
  type RequestContext,
} from '@modkit/core/spi'
import { notVouched } from './caller-token.js'
import type { Vouching } from './vouching.js'

const TRACE_PARENT = 'traceparent'
const TRACE_STATE = 'tracestate'
const CALLER = 'x-secctx-bin'

/**
 * Adds what the callee is to know of the request on whose behalf the calling code runs: its trace, and who is calling.
 *
 * @throws HostError `CALLER_UNSENDABLE`
 */
export function outgoingContext(metadata: Metadata, vouching: Vouching): void {
  const request = currentRequest()
  if (request === undefined) return
  const { security, traceparent, tracestate } = request
  if (traceparent !== undefined) metadata.set(TRACE_PARENT, traceparent)
  if (tracestate !== undefined) metadata.set(TRACE_STATE, tracestate)
  const token = security && vouching.tokenFor(security)
  if (token !== undefined) metadata.set(CALLER, token)
}

/**
 * What came with a call; `undefined` where there is nothing to remember. The trace goes on with a place of its own for the call.
 *
 * @throws HostError `CALLER_NOT_VOUCHED`
 */
export function incomingContext(metadata: Metadata, vouching: Vouching): RequestContext | undefined {
  const security = callerOf(metadata.get(CALLER), vouching)
  const trace = parseTraceParent(metadata.get(TRACE_PARENT)[0])
  if (trace === undefined) return security && { security }
  const traceparent = formatTraceParent(trace, randomHex(8))
  return { security, traceparent, tracestate: passableTraceState(metadata.get(TRACE_STATE)[0]) }
}

function callerOf(tokens: readonly (string | Buffer)[], vouching: Vouching): RequestContext['security'] {
  const token = tokens[0]
  if (token === undefined) return undefined
  if (tokens.length > 1 || typeof token === 'string') throw notVouched('it names several callers')
  return vouching.callerOf(token)
}
