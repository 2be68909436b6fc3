import type { IncomingMessage } from 'node:http'
import type { Exchange } from '../../exchange/exchange.js'
import { GrowingBytes } from '../../exchange/growing-bytes.js'
import { IncomingRequest, type BodyReceiver } from '../../exchange/incoming-request.js'
import { gatewayProblems } from '../../problem/gateway-problems.js'
import { assertUnread } from './unread.js'

/** Who waits for a body. Hears one of the two, once. */
export interface BytesTaker {
  /** All bytes of the body. */
  took(bytes: Buffer): void
  /** Of a Problem: 413 for what is too long, 400 for what ends early. */
  lost(problem: Error): void
}

/**
 * Collects the body for `taker`, who hears of it in whatever asynchronous context it comes.
 *
 * @throws TypeError for a body that somebody else has read
 */
export function readBytes({ request }: Exchange, limitBytes: number, taker: BytesTaker): void {
  assertUnread(request)
  const receiver = new WholeBody(limitBytes, taker)
  if (IncomingRequest.isOne(request) && request.receive(receiver)) return
  // What is closed already says so to nobody any more.
  if (request.destroyed) receiver.fail()
  else readStream(request, receiver)
}

class WholeBody implements BodyReceiver {
  readonly #limitBytes: number
  readonly #taker: BytesTaker
  readonly #bytes = new GrowingBytes()

  constructor(limitBytes: number, taker: BytesTaker) {
    this.#limitBytes = limitBytes
    this.#taker = taker
  }

  add(chunk: Buffer): boolean {
    if (this.#bytes.length + chunk.length > this.#limitBytes) {
      this.#taker.lost(gatewayProblems.bodyTooLarge(this.#limitBytes))
      return false
    }
    this.#bytes.add(chunk)
    return true
  }

  end(): void {
    this.#taker.took(this.#bytes.whole())
  }

  fail(): void {
    this.#taker.lost(gatewayProblems.bodyMalformed('The body ended before it was complete.'))
  }
}

/** The body of a request that is no more than a stream: somebody else's server, or some of it has come already. */
function readStream(request: IncomingMessage, receiver: BodyReceiver): void {
  let isOver = false
  const settle = (by: () => void): void => {
    // Every request ends by closing; it matters only for those that have not ended otherwise.
    if (isOver) return
    isOver = true
    by()
  }
  const onData = (chunk: Buffer): void => {
    // What still comes is read and dropped, so that the client gets to read its answer.
    if (!isOver && !receiver.add(chunk)) settle(() => request.off('data', onData).resume())
  }
  const fail = (): void => settle(() => receiver.fail())
  request
    .on('data', onData)
    .on('end', () => settle(() => receiver.end()))
    .on('close', fail)
    .on('error', fail)
}
