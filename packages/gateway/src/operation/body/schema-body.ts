import type { IncomingMessage } from 'node:http'
import { gatewayProblems } from '../../problem/gateway-problems.js'
import type { TextValues } from '../../schema/text/object-reading.js'
import { queryValues } from '../query-values.js'
import { hasBody, mediaTypeOf } from './body-head.js'
import { textOf } from './json-body.js'
import { assertNoPollutingKeys } from './polluting-keys.js'

const FORM_CONTENT_TYPE = 'application/x-www-form-urlencoded'

/** Of a form: each becomes an object's property, which costs far more than its bytes. */
const MOST_PAIRS = 10_000

const AMPERSAND = 0x26

/** In place of a body whose bytes have to be read first. */
export const TO_COME = Symbol('the body is to come')

/**
 * The value of a body with a schema as far as it needs no bytes: `undefined` where there is no body, and what a body parser
 * made of it where one ran before; else {@link TO_COME}.
 *
 * @throws Problem 400 for what would reach a prototype
 */
export function bodyAtHand(request: IncomingMessage): unknown {
  const { body: parsed } = request as IncomingMessage & { body?: unknown }
  if (parsed === undefined) return hasBody(request) ? TO_COME : undefined
  assertNoPollutingKeys(parsed)
  return parsed
}

/** Whether the body is that of a form without files. */
export function isForm(request: IncomingMessage): boolean {
  return mediaTypeOf(request) === FORM_CONTENT_TYPE
}

/** Whether a body parser made fields of a form, which are texts then, and whatever it makes of names with brackets. */
export function isFields(parsed: object | null): parsed is TextValues {
  return parsed !== null && !Array.isArray(parsed) && !ArrayBuffer.isView(parsed)
}

/**
 * The texts of a form's fields.
 *
 * @throws Problem 400 for what is not UTF-8, 413 for more pairs than anybody fills in
 */
export function formValues(bytes: Buffer): TextValues {
  if (hasMorePairs(bytes)) throw gatewayProblems.tooManyFields(MOST_PAIRS)
  return queryValues(textOf(bytes))
}

/** Whether a form has more than {@link MOST_PAIRS}. */
function hasMorePairs(bytes: Buffer): boolean {
  let pairs = 1
  for (let at = bytes.indexOf(AMPERSAND); at !== -1; at = bytes.indexOf(AMPERSAND, at + 1))
    if (++pairs > MOST_PAIRS) return true
  return false
}
