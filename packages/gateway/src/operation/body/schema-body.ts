import type { IncomingMessage } from 'node:http'
import { parse as parseQuery } from 'node:querystring'
import type { TextCoercion, TextValues } from '../../schema/text-coercion.js'
import { hasBody, mediaTypeOf } from './body-head.js'
import { parseJson, textOf } from './json-body.js'
import { assertNoPollutingKeys } from './polluting-keys.js'
import { readBytes } from './read-bytes.js'

const FORM_CONTENT_TYPE = 'application/x-www-form-urlencoded'

export interface SchemaBodyOptions {
  readonly limitBytes: number
  /** Converts the texts of a form; asked for when one comes. */
  readonly coercion: () => TextCoercion
}

/**
 * The value that a body with a schema stands for; `undefined` where there is none. Where a body parser ran before, its result.
 *
 * @throws Problem 400 for what cannot be read or would reach a prototype, 413 for what is too long
 */
export function readSchemaBody(request: IncomingMessage, options: SchemaBodyOptions): unknown {
  const { body: parsed } = request as IncomingMessage & { body?: unknown }
  if (parsed !== undefined) {
    assertNoPollutingKeys(parsed)
    return parsed
  }
  if (!hasBody(request)) return undefined
  const isForm = mediaTypeOf(request) === FORM_CONTENT_TYPE
  const bytes = readBytes(request, options.limitBytes)
  return isForm ? bytes.then((all) => options.coercion()(formValues(all))) : bytes.then(parseJson)
}

function formValues(bytes: Buffer): TextValues {
  // Without a prototype, so that no name of a client's can reach one.
  return parseQuery(textOf(bytes))
}
