import { expectTypeOf } from 'expect-type'
import * as z from 'zod'
import type { RestApi } from '../rest/rest-api.js'
import { sse, type SseReply } from '../rest/reply.js'
import { Broadcaster } from './broadcaster.js'
import type { BroadcastEvent } from './reader.js'

declare const rest: RestApi
const Tick = z.object({ n: z.number() })
const ticks = new Broadcaster<{ n: number }>()

// The input of a handler is all that an answer needs.
const begun = rest.get('/ticks').public().response(200, Tick, { contentType: 'text/event-stream' })
begun.handle((input) => ticks.reply(input))
begun.handle(({ headers, signal }) => ticks.reply({ headers, signal }, { retryMs: 1_000 }))
begun.handle(({ headers, signal }) => sse(ticks.subscribe({ signal, after: headers['last-event-id'] })))
begun.handle(({ signal }) => sse(ticks.subscribe({ signal })))

// A schema of headers says what becomes of the id that a client comes with.
begun.headers(z.object({ 'last-event-id': z.string().optional() })).handle((input) => ticks.reply(input))
begun.headers(z.object({ 'last-event-id': z.string() })).handle((input) => ticks.reply(input))
begun.headers(z.looseObject({ 'x-a': z.string() })).handle((input) => ticks.reply(input))
// @ts-expect-error Property 'last-event-id' is missing in type 'HeadersNeedLastEventId'.
begun.headers(z.object({ 'x-a': z.string() })).handle((input) => ticks.reply(input))
// @ts-expect-error An id is a text.
begun.headers(z.object({ 'last-event-id': z.coerce.number() })).handle((input) => ticks.reply(input))

expectTypeOf(ticks.reply).returns.toEqualTypeOf<SseReply>()
expectTypeOf(ticks.publish({ n: 1 }, { event: 'tick' })).toEqualTypeOf<string>()
// @ts-expect-error It is a broadcaster of something else.
ticks.publish({ m: 1 })

export async function read(): Promise<void> {
  for await (const event of ticks.subscribe()) {
    expectTypeOf(event).toEqualTypeOf<BroadcastEvent<{ n: number }>>()
    if ('isNotice' in event) expectTypeOf(event.data).toEqualTypeOf<MissedData>()
    else expectTypeOf(event.data).toEqualTypeOf<{ n: number }>()
  }
}

type MissedData = { readonly count: number } | { readonly reason: 'unknown' | 'too-old' }
