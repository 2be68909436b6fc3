import type { IncomingMessage } from 'node:http'
import { Problem } from '@modkit/core'
import { gatewayProblems } from '../../problem/gateway-problems.js'
import { isDropped } from './drop-unread.js'
import { assertUnread } from './unread.js'

const DROPPED =
  'The answer was sent before the body had been read, and its rest was dropped. Read the body before the handler answers.'

/**
 * The chunks of a body as they arrive, no faster than they are taken.
 *
 * @throws Problem 413 for what is too long, 400 for what ends early; TypeError for a body that somebody else has read,
 * or that is read on after its answer was sent
 */
export async function* limitedBytes(request: IncomingMessage, limitBytes: number): AsyncGenerator<Buffer> {
  assertUnread(request)
  // Whoever stops early must not take the connection along: the client is to get an answer.
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>
  let length = 0
  try {
    for await (const chunk of chunks) {
      length += chunk.length
      if (length > limitBytes) throw gatewayProblems.bodyTooLarge(limitBytes)
      yield chunk
    }
  } catch (error) {
    throw Problem.is(error) ? error : gatewayProblems.bodyMalformed('The body ended before it was complete.')
  } finally {
    // What still comes is read and dropped.
    request.on('error', () => undefined).resume()
  }
  if (isDropped(request)) throw new TypeError(DROPPED)
}
