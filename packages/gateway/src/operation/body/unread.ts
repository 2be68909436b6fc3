import type { IncomingMessage } from 'node:http'

/**
 * Refuses a body whose beginning has gone to somebody else: what is left of it could pass for the whole.
 *
 * @throws TypeError the fault is of whatever stands in front, not of the client
 */
export function assertUnread(request: IncomingMessage): void {
  if (!request.readableDidRead) return
  throw new TypeError(
    'The body was read, or some of it, before its operation could. Middleware that reads bodies leaves them in request.body.',
  )
}
