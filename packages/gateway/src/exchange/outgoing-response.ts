import { ServerResponse } from 'node:http'
import type { IncomingRequest } from './incoming-request.js'

/** A response that knows its place among those under way. */
export class OutgoingResponse extends ServerResponse<IncomingRequest> {
  /** Its index in the list of those under way; -1 while it is in none. */
  slot = -1
}
