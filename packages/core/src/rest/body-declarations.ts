import type { BodyDeclaration, ResponseDeclaration } from './operation.js'
import type { BodyOptions, ResponseOptions } from './operation-states.js'
import type { FormParts, OpenBody } from './request-body.js'
import type { RestSchema } from './rest-schema.js'

const JSON_CONTENT_TYPE = 'application/json'
const FORM_CONTENT_TYPE = 'application/x-www-form-urlencoded'

const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/
const JSON_TYPE = /^application\/(?:json|.+\+json)$/

/** Clients read no body of these (RFC 9110): they would take it for the beginning of the next answer. */
const STATUSES_WITHOUT_BODY: readonly number[] = [204, 205, 304]

/** Nothing but what most bodies are, which then cost nothing. */
const PLAIN_BODY: BodyDeclaration = Object.freeze({
  contentTypes: Object.freeze([JSON_CONTENT_TYPE]),
  optional: false,
  description: undefined,
  examples: undefined,
})

/** What is said of a body with a schema, or what is wrong with it. */
export function bodyDeclaration(options: BodyOptions | undefined): BodyDeclaration | string {
  if (options === undefined) return PLAIN_BODY
  const { contentType = JSON_CONTENT_TYPE, optional = false, description, examples } = options
  const contentTypes = [contentType].flat().map((type) => type.toLowerCase())
  const wrong = contentTypes.find((type) => !JSON_TYPE.test(type) && type !== FORM_CONTENT_TYPE)
  if (wrong !== undefined || contentTypes.length === 0)
    return `"${wrong ?? ''}" is no type of a body with a schema; use bytes() for it, or multipart()`
  return { contentTypes, optional, description, examples }
}

/** A body that the handler takes as it arrives, or what is wrong with it. */
export function bytesDeclaration(contentTypes: readonly string[]): OpenBody | string {
  const types =
    contentTypes.length === 0 ? ['application/octet-stream'] : contentTypes.map((type) => type.toLowerCase())
  const wrong = types.find((type) => !MEDIA_TYPE.test(type.replace(/\/\*$/, '/any')) && type !== '*/*')
  return wrong === undefined ? { kind: 'bytes', contentTypes: types } : `"${wrong}" is not a media type`
}

/** A form whose parts the handler takes as they arrive, or what is wrong with it. */
export function formDeclaration(parts: FormParts): OpenBody | string {
  const files = Object.entries(parts.files ?? {})
  const fields = Object.keys(parts.fields ?? {})
  if (files.length + fields.length === 0) return 'its form has no parts'
  const twice = files.find(([name]) => fields.includes(name))
  if (twice) return `its form has a field and a file of the name "${twice[0]}"`
  for (const [name, { maxBytes = 1, maxCount = 1 }] of files) {
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
      return `the maxBytes of its file "${name}" is no number of bytes`
    if (!Number.isSafeInteger(maxCount) || maxCount < 1)
      return `the maxCount of its file "${name}" is no number of files`
  }
  return { kind: 'form', parts }
}

/** A response as it was declared: by a schema, by a media type alone, or without a body. */
export function responseDeclaration(
  status: number,
  body: RestSchema | string | undefined,
  { contentType, description, examples }: ResponseOptions,
): ResponseDeclaration | string {
  const schema = typeof body === 'string' ? undefined : body
  const type = typeof body === 'string' ? body : (contentType ?? JSON_CONTENT_TYPE)
  if (body !== undefined && STATUSES_WITHOUT_BODY.includes(status))
    return `an answer ${String(status)} has no body; declare response(${String(status)}) alone`
  if (!MEDIA_TYPE.test((type.split(';', 1)[0] ?? '').trim().toLowerCase())) return `"${type}" is not a media type`
  return { status, schema, contentType: type, hasBody: body !== undefined, description, examples }
}
