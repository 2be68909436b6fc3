import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip, gzipSync } from 'node:zlib'
import type { ReplyHeaders } from '@modkit/core'
import type { Exchange, OutgoingBody } from './exchange.js'

/** A body that stays what it is, with the tag by which clients that have it already know it. */
export interface TaggedBody extends OutgoingBody {
  /** A strong entity tag (RFC 9110, section 8.8.3). */
  readonly etag: string
  /** The same in gzip, under a tag of its own. */
  readonly zipped?: OutgoingBody & { readonly etag: string }
}

/** Less is not worth the time that it takes to unpack. */
const LEAST_ZIPPED_BYTES = 1_024

/** As much is zipped within a millisecond or two: nobody waits for a thread, or is gone when it is done. */
const MOST_ZIPPED_AT_ONCE_BYTES = 128 * 1_024

/** Computes the tag from the bytes: the same bytes have the same tag, whichever process sends them. */
export function tagged(body: OutgoingBody): TaggedBody {
  const digest = createHash('sha256').update(body.bytes).digest('base64url')
  return { ...body, etag: `"${digest.slice(0, 22)}"` }
}

/** The same as {@link tagged}, and in gzip where that is worth it. For bodies that are sent more than once. */
export async function taggedAndZipped(body: OutgoingBody): Promise<TaggedBody> {
  const identity = tagged(body)
  const size = Buffer.byteLength(body.bytes)
  if (size < LEAST_ZIPPED_BYTES) return identity
  const bytes = size <= MOST_ZIPPED_AT_ONCE_BYTES ? gzipSync(body.bytes) : await promisify(gzip)(body.bytes)
  const etag = identity.etag.replace(/"$/, '-gzip"')
  return { ...identity, zipped: { contentType: body.contentType, bytes, etag } }
}

/** Answers 200 with the body, in gzip to a client that takes it, or 304 to one that has it. */
export function sendTagged(exchange: Exchange, body: TaggedBody, headers: ReplyHeaders): void {
  const zipped = takesGzip(exchange) ? body.zipped : undefined
  const { etag } = zipped ?? body
  const all = {
    ...headers,
    etag,
    ...(body.zipped && { vary: 'accept-encoding' }),
    ...(zipped && { 'content-encoding': 'gzip' }),
  }
  if (knows(exchange, etag)) exchange.send(304, undefined, all)
  else exchange.send(200, zipped ?? body, all)
}

/** `Accept-Encoding` names it, or everything, with a weight above 0 (RFC 9110, section 12.5.3). */
function takesGzip(exchange: Exchange): boolean {
  const given = String(exchange.request.headers['accept-encoding'] ?? '')
  const codings = new Map(given.split(',').map((coding) => weighted(coding.trim().toLowerCase())))
  return (codings.get('gzip') ?? codings.get('*') ?? 0) > 0
}

function weighted(coding: string): [name: string, weight: number] {
  const [name = '', ...parameters] = coding.split(';').map((part) => part.trim())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  return [name, weight === undefined ? 1 : Number(weight)]
}

/** `If-None-Match` compares weakly (RFC 9110, section 13.1.2). */
function knows(exchange: Exchange, etag: string): boolean {
  const given = exchange.request.headers['if-none-match']
  if (given === undefined) return false
  const tags = given.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(etag)
}
