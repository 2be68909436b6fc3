import { replyKind } from '@modkit/core/spi'
import type { Clock, Reply, SseEvent, SseReply, StreamReply } from '@modkit/core'
import type { Exchange } from '../exchange/exchange.js'
import { endSource, pump } from '../exchange/pump.js'
import { keepAlive } from '../exchange/keep-alive.js'
import type { AnswerEncoder } from './answer-encoder.js'

export interface AnswerOptions {
  readonly encoder: AnswerEncoder
  readonly clock: Clock
  /** Aborts when the gateway drains: then streams of events end. */
  readonly draining: AbortSignal
}

/** Sends what a handler returned. A promise, where that takes its time, resolves when the last byte has been handed over. */
export function writeAnswer(exchange: Exchange, returned: unknown, options: AnswerOptions): Promise<void> | undefined {
  const { encoder } = options
  switch (replyKind(returned)) {
    case 'stream':
      return writeStream(exchange, returned as StreamReply)
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
  if (replyKind(returned) === 'stream') endSource((returned as StreamReply).source)
}

async function writeStream(exchange: Exchange, reply: StreamReply): Promise<void> {
  const { response, request } = exchange
  const head = exchange.head(['content-type', reply.contentType], reply.headers)
  if (request.method === 'HEAD') {
    endSource(reply.source)
    response.writeHead(reply.status, head).end()
    return
  }
  await pump(reply.source, response, {
    encode: (chunk) => chunk,
    begin: () => void response.writeHead(reply.status, head),
    stop: exchange.signal,
  })
  response.end()
}

async function writeEvents(exchange: Exchange, reply: SseReply, options: AnswerOptions): Promise<void> {
  const { response, request } = exchange
  const head = exchange.head(['cache-control', 'no-store', 'content-type', 'text/event-stream'], reply.headers)
  response.writeHead(200, head)
  if (request.method === 'HEAD') {
    endSource(reply.events)
    response.end()
    return
  }
  // The client learns that it is connected before there is anything to tell.
  response.flushHeaders()
  const rest = keepAlive(response, options.clock)
  try {
    await pump(reply.events, response, {
      encode: (value) => eventText(value, options.encoder),
      begin: () => undefined,
      stop: options.draining,
    })
  } finally {
    rest.cancel()
  }
  response.end()
}

function eventText(value: unknown, encoder: AnswerEncoder): string {
  if (replyKind(value) !== 'sse-event') return `data: ${encoder.encodeEvent(value)}\n\n`
  const { data, event, id } = value as SseEvent
  const name = event === undefined ? '' : `event: ${oneLine(event)}\n`
  const mark = id === undefined ? '' : `id: ${oneLine(id)}\n`
  return `${name}${mark}data: ${encoder.encodeEvent(data)}\n\n`
}

/** A line break would begin another field. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ')
}
