import type { IncomingMessage } from 'node:http'
import type { Exchange } from '../../exchange/exchange.js'

const dropped = new WeakSet<IncomingMessage>()

/**
 * Lets flow away, once the answer is sent, what the handler has left of a body that it has begun to read: the next request comes
 * behind it. What nobody has begun to read Node drops itself.
 */
export function dropUnread({ request, response }: Exchange): void {
  if (response.writableFinished) drop(request)
  else response.once('finish', () => drop(request))
}

/** Whether a body has come to its end for no other reason than that its rest was dropped. */
export function isDropped(request: IncomingMessage): boolean {
  return dropped.has(request)
}

function drop(request: IncomingMessage): void {
  if (request.readableEnded || !request.readableDidRead) return
  // All has come, and has been taken: only nobody has asked for the end.
  if (!request.complete || request.readableLength > 0) dropped.add(request)
  // Of an iterator that nobody has ended, which would hold the stream until it is asked again.
  request.removeAllListeners('readable')
  request.on('error', () => undefined).resume()
}
