import type { Clock, SseReply } from '@modkit/core'
import type { EventStreams } from '../exchange/event-streams.js'
import type { Exchange } from '../exchange/exchange.js'
import type { HeaderList } from '../exchange/security-headers.js'
import { KeepAlive } from '../exchange/keep-alive.js'
import { Outlet } from '../exchange/outlet.js'
import { pump } from '../exchange/pump.js'
import { discardSource } from '../exchange/source.js'
import { writeHead } from '../exchange/write-head.js'
import type { AnswerEncoder } from './answer-encoder.js'
import { eventMark, eventText } from './event-text.js'

export interface EventsOptions {
  readonly encoder: AnswerEncoder
  readonly clock: Clock
  readonly streams: EventStreams
  /** For answers that do not say themselves after how much silence a comment is sent; 0 for never. */
  readonly keepAliveMs: number
}

const HEADERS: HeaderList = [
  ...['content-type', 'text/event-stream'],
  ...['cache-control', 'no-store'],
  // A proxy that holds back what comes would hold it back for ever.
  ...['x-accel-buffering', 'no'],
]

const GOING_AWAY = ': the server is going away\n\n'

/** Sends events until their source ends, the client goes away or the gateway drains. */
export async function writeEvents(exchange: Exchange, reply: SseReply, options: EventsOptions): Promise<void> {
  const { response, request } = exchange
  if (request.method === 'HEAD') {
    discardSource(reply.events)
    begin(exchange, reply)
    response.end()
    exchange.abort(new Error('A HEAD request gets no events.'))
    return
  }
  try {
    begin(exchange, reply)
  } catch (error) {
    discardSource(reply.events)
    throw error
  }
  // The client learns that it is connected before there is anything to tell.
  response.flushHeaders()
  await new EventWriter(new Outlet(response), options).write(reply)
  response.end()
  // A source that waits for something else hears of its end by this alone.
  if (options.streams.areEnding) exchange.abort(new Error('The server is going away.'))
}

function begin(exchange: Exchange, { headers }: SseReply): void {
  writeHead(exchange.response, 200, exchange.head(HEADERS, headers))
}

class EventWriter {
  readonly #outlet: Outlet
  readonly #options: EventsOptions

  constructor(outlet: Outlet, options: EventsOptions) {
    this.#outlet = outlet
    this.#options = options
  }

  async write({ events, retryMs, keepAliveMs = this.#options.keepAliveMs }: SseReply): Promise<void> {
    const { clock, streams } = this.#options
    const outlet = this.#outlet
    const keepAlive = new KeepAlive(outlet, { clock, afterMs: keepAliveMs })
    streams.add(outlet)
    if (retryMs !== undefined) outlet.write(`retry: ${String(retryMs)}\n\n`)
    const encode = (value: unknown): string => {
      keepAlive.touch()
      return this.#encode(value)
    }
    try {
      await pump(events, outlet, { encode, begin: () => undefined })
    } finally {
      keepAlive.cancel()
      streams.remove(outlet)
    }
    if (streams.areEnding) outlet.write(GOING_AWAY)
  }

  #encode(value: unknown): string {
    try {
      return eventText(value, this.#options.encoder)
    } catch (error) {
      // A client that comes back goes on after this event: else it would meet it again, as long as somebody keeps it.
      const mark = eventMark(value)
      if (mark !== '') this.#outlet.write(`${mark}\n`)
      throw error
    }
  }
}
