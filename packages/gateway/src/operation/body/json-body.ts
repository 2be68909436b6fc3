import { isUtf8 } from 'node:buffer'
import { Problem } from '@modkit/core'
import { gatewayProblems } from '../../problem/gateway-problems.js'
import { jsonExcess } from './json-excess.js'
import { assertNoPollutingKeys, mayPollute } from './polluting-keys.js'

/** Some editors and libraries begin texts with it; RFC 8259, 8.1, lets parsers ignore it. */
const BYTE_ORDER_MARK = Buffer.from('\uFEFF')

/**
 * The value of a JSON text; `undefined` where there is none.
 *
 * @throws Problem 400 for what is not JSON or would reach a prototype, 413 for more than `mostValues`
 */
export function parseJson(body: Buffer, mostValues: number): unknown {
  if (body.length === 0) return undefined
  const bytes = withoutMark(body)
  const text = textOf(bytes)
  const excess = jsonExcess(bytes, mostValues)
  if (excess === 'depth') throw gatewayProblems.bodyMalformed('The body is nested too deep.')
  if (excess === 'values') throw gatewayProblems.tooManyValues(mostValues)
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

function withoutMark(bytes: Buffer): Buffer {
  const hasMark = bytes[0] === BYTE_ORDER_MARK[0] && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  return hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes
}

/** @throws Problem 400 for what is not UTF-8 */
export function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw gatewayProblems.bodyMalformed('The body is not UTF-8.')
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString('utf8')
}
