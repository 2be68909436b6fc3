import type { IncomingMessage } from 'node:http'
import { gatewayProblems } from '../../problem/gateway-problems.js'
import { matchesMediaType } from './media-type.js'

const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^";]*)"?/i

/** What an operation takes as a body, as far as headers say. */
export interface AcceptedBody {
  /** In lower case; `image/*` for all of a kind, and `*` after the slash and before it for anything. */
  readonly contentTypes: readonly string[]
  readonly limitBytes: number
  /** Texts have to be UTF-8; of other bytes the charset is the handler's business. */
  readonly isText: boolean
  /** The operation does without a body as well. */
  readonly mayBeMissing: boolean
}

/** Whether the request announces a body at all. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}

/** Whether there are chunks of no type: some clients send none but the last, which is empty, where they have no body. */
export function isUntypedStream(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined && mediaTypeOf(request) === ''
}

/** The media type without parameters, in lower case; empty where there is none. */
export function mediaTypeOf({ headers }: IncomingMessage): string {
  const type = headers['content-type'] ?? ''
  const end = type.indexOf(';')
  return (end === -1 ? type : type.slice(0, end)).trim().toLowerCase()
}

/**
 * Judges a body by its headers, before a byte of it is read. An untyped stream that may turn out to be none is let pass.
 *
 * @throws Problem 413 or 415
 */
export function assertAcceptableBody(
  request: IncomingMessage,
  { contentTypes, limitBytes, isText, mayBeMissing }: AcceptedBody,
): void {
  if (!hasBody(request) || (mayBeMissing && isUntypedStream(request))) return
  const { headers } = request
  if (Number(headers['content-length'] ?? 0) > limitBytes) throw gatewayProblems.bodyTooLarge(limitBytes)
  const type = mediaTypeOf(request)
  // Most clients write the type as it is declared.
  const isAccepted = contentTypes.includes(type) || contentTypes.some((accepted) => accepts(accepted, type))
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity'
  if (!isAccepted || encoding !== 'identity' || (isText && !isUtf8Text(headers['content-type'] ?? '')))
    throw gatewayProblems.contentTypeUnsupported(contentTypes)
}

function accepts(accepted: string, type: string): boolean {
  if (matchesMediaType(accepted, type)) return true
  return accepted === 'application/json' && /^application\/[^/]+\+json$/.test(type)
}

function isUtf8Text(contentType: string): boolean {
  if (!contentType.includes(';')) return true
  const charset = CHARSET.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8'
  return charset === 'utf-8' || charset === 'utf8'
}
