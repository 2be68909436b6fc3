import type { Operation } from '@modkit/core/spi'
import type { Exchange } from '../exchange/exchange.js'
import type { AcceptedBody } from './body/body-head.js'
import { mediaTypeOf } from './body/body-head.js'
import { StreamedBytes } from './body/incoming-bytes.js'
import { limitedBytes } from './body/limited-bytes.js'
import { FormRules } from './form/form-rules.js'
import { incomingForm } from './form/incoming-form.js'

/** What the operation takes, as far as headers say; `undefined` where it takes no body. */
export function acceptedBody({ body, openBody }: Operation, limitBytes: number): AcceptedBody | undefined {
  if (body) return { contentTypes: body.contentTypes, limitBytes, isText: true, mayBeMissing: body.optional }
  if (openBody === undefined) return undefined
  const contentTypes = openBody.kind === 'form' ? ['multipart/form-data'] : openBody.contentTypes
  return { contentTypes, limitBytes, isText: false, mayBeMissing: false }
}

/** Gives the handler a body that it takes as it arrives; `undefined` for an operation without such a body. */
export function openBodyReader(
  { openBody, route }: Operation,
  limitBytes: number,
): ((exchange: Exchange) => unknown) | undefined {
  if (openBody === undefined) return undefined
  if (openBody.kind === 'bytes')
    return ({ request }) => new StreamedBytes(mediaTypeOf(request), limitedBytes(request, limitBytes))
  const rules = new FormRules(openBody.parts, route)
  return ({ request }) => incomingForm(request, rules, limitBytes)
}
