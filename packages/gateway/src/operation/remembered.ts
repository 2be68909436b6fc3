import { areRequestsTraced, type RequestContext } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'

/**
 * What the clients that a handler calls are to know of its request: who is calling, and, where some client sends it along, the
 * trace. `undefined` where there is nothing to remember: then nothing is made.
 */
export function rememberedOf(exchange: Exchange): RequestContext | undefined {
  const { security } = exchange
  if (!areRequestsTraced()) return security && { security }
  const { traceparent, tracestate } = exchange.trace
  return { security, traceparent, tracestate }
}
