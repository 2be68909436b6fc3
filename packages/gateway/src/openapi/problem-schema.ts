import { STATUS_CODES } from 'node:http'
import { PROBLEM_CONTENT_TYPE } from '@modkit/core'

/** What every error answer looks like. */
export const problemSchema = {
  type: 'object',
  description: 'An error (RFC 9457).',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string', default: 'about:blank' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', description: 'For programs.' },
    traceId: { type: 'string', description: 'The log knows the error by this id.' },
    errors: {
      type: 'array',
      description: 'Everything that is wrong with the request.',
      items: {
        type: 'object',
        required: ['in', 'field', 'message'],
        properties: {
          in: { enum: ['params', 'query', 'headers', 'body'] },
          field: { type: 'string', description: 'JSON pointer within that part.' },
          message: { type: 'string' },
          code: { type: 'string' },
        },
      },
    },
  },
} as const

/** The content of an error answer with this status. */
export function problemContent(status: number): object {
  const example = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status }
  return { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: '#/components/schemas/Problem' }, example } }
}
