import { replyKind } from '@modkit/core/spi'
import type { Reply, SseReply, StreamReply } from '@modkit/core'
import { assertHeader } from '../exchange/assert-header.js'
import type { Exchange } from '../exchange/exchange.js'
import { Outlet } from '../exchange/outlet.js'
import { pump } from '../exchange/pump.js'
import { writeHead } from '../exchange/write-head.js'
import { discardSource } from '../exchange/source.js'
import type { AnswerEncoder } from './answer-encoder.js'
import { writeEvents, type EventsOptions } from './write-events.js'

/** Sends what a handler returned. A promise, where that takes its time, resolves when the last byte has been handed over. */
export function writeAnswer(exchange: Exchange, returned: unknown, options: EventsOptions): Promise<void> | undefined {
  const { encoder } = options
  switch (replyKind(returned)) {
    case 'stream':
      return writeStream(exchange, returned as StreamReply, encoder)
    case 'sse':
      return writeEvents(exchange, returned as SseReply, options)
    case 'reply': {
      const { status, body, headers } = returned as Reply
      exchange.send(status, encoder.encode(status, body), headers)
      return undefined
    }
    case 'sse-event':
    case undefined:
      // A handler may have answered by hand, through Express's response.
      if (!exchange.response.headersSent)
        exchange.send(encoder.plainStatus, encoder.encode(encoder.plainStatus, returned))
      return undefined
  }
}

/** Lets go of what nobody will read: the answer of a handler that came too late. */
export function discardAnswer(returned: unknown): void {
  const kind = replyKind(returned)
  if (kind === 'stream') discardSource((returned as StreamReply).source)
  else if (kind === 'sse') discardSource((returned as SseReply).events)
}

async function writeStream(exchange: Exchange, reply: StreamReply, encoder: AnswerEncoder): Promise<void> {
  const { response, request } = exchange
  try {
    encoder.assertDeclared(reply.status)
  } catch (error) {
    discardSource(reply.source)
    throw error
  }
  const begin = (): void => {
    assertHeader('content-type', reply.contentType)
    // A source with more, or less, than its reply has said is cut: the client would take the rest for the next answer.
    response.strictContentLength = true
    writeHead(response, reply.status, exchange.head(['content-type', reply.contentType], reply.headers))
  }
  if (request.method === 'HEAD') {
    discardSource(reply.source)
    begin()
    exchange.abort(new Error('A HEAD request gets no stream.'))
  } else {
    await pump(reply.source, new Outlet(response), { encode: assertBytes, begin })
  }
  response.end()
}

function assertBytes(chunk: unknown): string | Uint8Array {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) return chunk
  throw new TypeError('The chunks of a stream are texts and bytes.')
}
