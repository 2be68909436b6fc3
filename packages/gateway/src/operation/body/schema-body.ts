import type { IncomingMessage } from 'node:http'
import { parse as parseQuery } from 'node:querystring'
import type { TextValues } from '../../schema/text-coercion.js'
import { hasBody, mediaTypeOf } from './body-head.js'
import { textOf } from './json-body.js'
import { assertNoPollutingKeys } from './polluting-keys.js'

const FORM_CONTENT_TYPE = 'application/x-www-form-urlencoded'

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

/**
 * The texts of a form's fields.
 *
 * @throws Problem 400 for what is not UTF-8
 */
export function formValues(bytes: Buffer): TextValues {
  // Without a prototype, so that no name of a client's can reach one.
  return parseQuery(textOf(bytes))
}
