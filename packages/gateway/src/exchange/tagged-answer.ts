import { createHash } from 'node:crypto'
import type { ReplyHeaders } from '@modkit/core'
import type { Exchange, OutgoingBody } from './exchange.js'

/** A body that stays what it is, with the tag by which clients that have it already know it. */
export interface TaggedBody extends OutgoingBody {
  /** A strong entity tag (RFC 9110, section 8.8.3). */
  readonly etag: string
}

/** Computes the tag from the bytes: the same bytes have the same tag, whichever process sends them. */
export function tagged(body: OutgoingBody): TaggedBody {
  const digest = createHash('sha256').update(body.bytes).digest('base64url')
  return { ...body, etag: `"${digest.slice(0, 22)}"` }
}

/** Answers 200 with the body, or 304 to a client that has it. */
export function sendTagged(exchange: Exchange, body: TaggedBody, headers: ReplyHeaders): void {
  const all = { ...headers, etag: body.etag }
  if (knows(exchange, body.etag)) exchange.send(304, undefined, all)
  else exchange.send(200, body, all)
}

/** `If-None-Match` compares weakly (RFC 9110, section 13.1.2). */
function knows(exchange: Exchange, etag: string): boolean {
  const given = exchange.request.headers['if-none-match']
  if (given === undefined) return false
  const tags = given.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(etag)
}
