import type { IncomingMessage } from 'node:http'
import { randomHex } from '@modkit/core/spi'

/** As long as the id of a trace, which may be the same. */
const ID_BYTES = 16

/** What a client may call its request: short, and harmless in a log. */
const LEGAL_REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/

/** The client's own id for the request where it is legal, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && LEGAL_REQUEST_ID.test(given) ? given : randomHex(ID_BYTES)
}
