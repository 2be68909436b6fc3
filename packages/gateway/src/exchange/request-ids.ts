import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What a client may call its request: short, and harmless in a log. */
const LEGAL_REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/

const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

const NO_TRACE = '0'.repeat(32)

/** The client's own id for the request where it is legal, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && LEGAL_REQUEST_ID.test(given) ? given : randomUUID()
}

/** The trace that the request belongs to (W3C `traceparent`), if it says so. */
export function traceIdOf(request: IncomingMessage): string | undefined {
  const given = request.headers['traceparent']
  const traceId = typeof given === 'string' ? TRACE_PARENT.exec(given)?.[1] : undefined
  return traceId === NO_TRACE ? undefined : traceId
}
