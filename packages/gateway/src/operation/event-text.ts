import { replyKind } from '@modkit/core/spi'
import type { SseEvent, SseNotice } from '@modkit/core'
import type { AnswerEncoder } from './answer-encoder.js'

/**
 * One server-sent event, as it is sent.
 *
 * @throws HostError `RESPONSE_INVALID` for data without a JSON form, or that does not fit the schema of the operation
 */
export function eventText(value: unknown, encoder: AnswerEncoder): string {
  if (replyKind(value) !== 'sse-event') return `data: ${dataLines(encoder.encodeEvent(value))}\n\n`
  const { data, event } = value as SseEvent | SseNotice
  const name = event === undefined ? '' : `event: ${oneLine(event)}\n`
  const json = 'isNotice' in (value as object) ? encoder.encodePlain(data) : encoder.encodeEvent(data)
  return `${name}${eventMark(value)}data: ${dataLines(json)}\n\n`
}

/** The line that makes an event the one after which a client goes on when it comes back; nothing for one without id. */
export function eventMark(value: unknown): string {
  const { id } = replyKind(value) === 'sse-event' ? (value as SseEvent) : { id: undefined }
  return id === undefined ? '' : `id: ${oneLine(id)}\n`
}

/** A line break would begin another field. */
function oneLine(text: string): string {
  // Plain JavaScript may pass a number.
  return String(text).replace(/[\r\n\0]+/g, ' ')
}

/** JSON has no line breaks, but serializers have formats that take a text as it is. */
function dataLines(json: string): string {
  return /[\r\n]/.test(json) ? json.replace(/\r\n|\r|\n/g, '\ndata: ') : json
}
