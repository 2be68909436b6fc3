import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { PROBLEM_CONTENT_TYPE, type Clock } from '@modkit/core'

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** How long a client may take to read its answer and to close: one that never does would be held, and hold up a stop, for ever. */
const GRACE_MS = 1_000

type ClientError = Error & { readonly code?: string }

/** Answers what never became a request: bytes that are no HTTP, heads that are too long, requests that are too slow. */
export function answerClientError(error: ClientError, socket: Duplex, clock: Clock): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  socket.end(answerTo(error))
  // Not at once: a client that still writes would be reset before it has read what is wrong.
  const grace = clock.after(GRACE_MS, () => socket.destroy())
  socket.once('close', () => grace.cancel())
}

function answerTo({ code = '' }: ClientError): string {
  const status = STATUS_OF_CODE[code] ?? 400
  const title = STATUS_CODES[status] ?? 'Bad Request'
  const problem = status === 408 ? 'REQUEST_TIMEOUT' : 'REQUEST_MALFORMED'
  const body = JSON.stringify({ type: 'about:blank', title, status, code: problem })
  const head = [
    `HTTP/1.1 ${String(status)} ${title}`,
    `content-type: ${PROBLEM_CONTENT_TYPE}`,
    `content-length: ${String(Buffer.byteLength(body))}`,
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
