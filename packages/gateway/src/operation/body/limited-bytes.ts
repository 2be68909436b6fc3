import type { IncomingMessage } from 'node:http'
import { Problem } from '@modkit/core'
import { gatewayProblems } from '../../problem/gateway-problems.js'
import { assertUnread } from './unread.js'

/**
 * The chunks of a body as they arrive, no faster than they are taken.
 *
 * @throws Problem 413 for what is too long, 400 for what ends early; TypeError for a body that somebody else has read
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
}
