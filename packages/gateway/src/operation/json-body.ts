import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { Problem } from '@modkit/core'
import { gatewayProblems } from '../problem/gateway-problems.js'
import { isTooDeep } from './json-depth.js'
import { assertNoPollutingKeys, mayPollute } from './polluting-keys.js'

const JSON_CONTENT_TYPE = /^application\/(?:json|[a-z0-9.!#$&^_-]+\+json)[ \t]*(?:;|$)/i
const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^";]*)"?/i

/** Whether the request announces a body at all. */
export function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  return encoding !== undefined || (length !== undefined && length !== '0')
}

/**
 * Judges a body by its headers, before a byte of it is read.
 *
 * @throws Problem 413 or 415
 */
export function assertAcceptableBody(request: IncomingMessage, limitBytes: number): void {
  if (!hasBody(request)) return
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw gatewayProblems.bodyTooLarge(limitBytes)
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase() ?? 'utf-8'
  const isUtf8Text = charset === 'utf-8' || charset === 'utf8'
  if (!JSON_CONTENT_TYPE.test(type) || encoding.toLowerCase() !== 'identity' || !isUtf8Text)
    throw gatewayProblems.contentTypeUnsupported()
}

/**
 * The JSON value of the body; `undefined` where there is none. Where a body parser ran before, its result.
 *
 * @throws Problem 400 for what is not JSON or would reach a prototype, 413 for what is too long
 */
export async function readJsonBody(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  const { body: parsed } = request as IncomingMessage & { body?: unknown }
  if (parsed !== undefined) {
    assertNoPollutingKeys(parsed)
    return parsed
  }
  if (!hasBody(request)) return undefined
  return parseJson(await readBytes(request, limitBytes))
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  if (!isUtf8(bytes)) throw gatewayProblems.bodyMalformed('The body is not UTF-8.')
  if (isTooDeep(bytes)) throw gatewayProblems.bodyMalformed('The body is nested too deep.')
  const text = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The parser's message quotes the body: fit for the client who sent it.
    throw new Problem({
      status: 400,
      code: 'BODY_MALFORMED',
      detail: `The body is not JSON: ${(error as Error).message}.`,
    })
  }
  if (mayPollute(text)) assertNoPollutingKeys(value)
  return value
}

function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const forget = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError)
    }
    const fail = (error: Error): void => {
      forget()
      // What still comes is read and dropped, so that the client gets to read its answer.
      request.on('error', () => undefined).resume()
      reject(error)
    }
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      if (length > limitBytes) fail(gatewayProblems.bodyTooLarge(limitBytes))
      else chunks.push(chunk)
    }
    const onEnd = (): void => {
      forget()
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length))
    }
    const onClose = (): void => fail(gatewayProblems.bodyMalformed('The body ended before it was complete.'))
    const onError = (): void => onClose()
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError)
  })
}
