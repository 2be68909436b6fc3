import type { IncomingMessage } from 'node:http'
import { gatewayProblems } from '../../problem/gateway-problems.js'

/**
 * All bytes of the body.
 *
 * @throws Problem 413 for what is too long, 400 for what ends early
 */
export function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    let isOver = false
    const fail = (error: Error): void => {
      if (isOver) return
      isOver = true
      // What still comes is read and dropped, so that the client gets to read its answer.
      request.off('data', onData).resume()
      reject(error)
    }
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      if (length > limitBytes) fail(gatewayProblems.bodyTooLarge(limitBytes))
      else chunks.push(chunk)
    }
    const onEnd = (): void => {
      if (isOver) return
      isOver = true
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length))
    }
    const onClose = (): void => {
      // Every request ends by closing; the error is made only for those that end early.
      if (!isOver) fail(gatewayProblems.bodyMalformed('The body ended before it was complete.'))
    }
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}
