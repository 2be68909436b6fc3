import { Problem, type ProblemField } from '@modkit/core'

/** How long a client that comes too early waits, in seconds. */
const RETRY_AFTER_S = '1'

/** Every answer that the gateway itself gives in place of an operation. */
export const gatewayProblems = {
  /** @param page where what is served is listed, if anywhere */
  notFound: (page: string | undefined): Problem => {
    const hint = page === undefined ? '' : ` What is served is listed at ${page}.`
    return new Problem({ status: 404, code: 'ROUTE_NOT_FOUND', detail: `Nothing is served at this path.${hint}` })
  },

  methodNotAllowed: (allowed: readonly string[]): Problem =>
    new Problem({
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      detail: `This path answers ${allowed.join(', ')}.`,
      headers: { allow: allowed.join(', ') },
    }),

  explorerMissing: (): Problem =>
    new Problem({
      status: 404,
      code: 'EXPLORER_MISSING',
      detail: 'The files of this page are not installed beside the gateway. The document is at /openapi.json.',
    }),

  badEncoding: (): Problem =>
    new Problem({ status: 400, code: 'PATH_MALFORMED', detail: 'The path is not well encoded.' }),

  hostMissing: (): Problem =>
    new Problem({ status: 400, code: 'HOST_MISSING', detail: 'An HTTP/1.1 request names its host.' }),

  hostAmbiguous: (): Problem =>
    new Problem({ status: 400, code: 'HOST_AMBIGUOUS', detail: 'A request names one host, not several.' }),

  expectationFailed: (): Problem =>
    new Problem({ status: 417, code: 'EXPECTATION_FAILED', detail: 'Only "100-continue" may be expected.' }),

  bodyTooLarge: (limitBytes: number): Problem =>
    new Problem({ status: 413, code: 'BODY_TOO_LARGE', detail: `A body may have ${String(limitBytes)} bytes here.` }),

  tooManyValues: (most: number): Problem =>
    new Problem({
      status: 413,
      code: 'BODY_VALUES_EXCEEDED',
      detail:
        `A body may have ${String(most)} values here, lists and objects among them. ` +
        'Send fewer at a time, or have defaults.body_values of the gateway raised.',
    }),

  tooManyFields: (most: number): Problem =>
    new Problem({
      status: 413,
      code: 'FIELDS_TOO_MANY',
      detail: `A form may have ${String(most)} names with values. Send fewer at a time.`,
    }),

  contentTypeUnsupported: (accepted: readonly string[]): Problem =>
    new Problem({
      status: 415,
      code: 'CONTENT_TYPE_UNSUPPORTED',
      detail: `The body must be ${accepted.join(' or ')}, texts in UTF-8, without a content encoding.`,
      headers: { accept: accepted.join(', ') },
    }),

  bodyMalformed: (detail: string): Problem => new Problem({ status: 400, code: 'BODY_MALFORMED', detail }),

  bodyTooSlow: (): Problem =>
    new Problem({ status: 408, code: 'REQUEST_TIMEOUT', detail: 'The body did not arrive in time.' }),

  validationFailed: (errors: readonly ProblemField[]): Problem =>
    new Problem({
      status: 422,
      code: 'VALIDATION_FAILED',
      title: 'Validation failed',
      detail: 'The request does not fit the schema of the operation.',
      errors,
    }),

  unauthenticated: (): Problem =>
    new Problem({
      status: 401,
      code: 'UNAUTHENTICATED',
      detail: 'The request proves no identity.',
      headers: { 'www-authenticate': 'Bearer' },
    }),

  credentialsAmbiguous: (): Problem =>
    new Problem({
      status: 401,
      code: 'UNAUTHENTICATED',
      detail: 'The request has several Authorization headers.',
      headers: {
        'www-authenticate':
          'Bearer error="invalid_token", error_description="the request has several Authorization headers"',
      },
    }),

  forbidden: (scopes: readonly string[]): Problem =>
    new Problem({
      status: 403,
      code: 'FORBIDDEN',
      detail: 'The caller may not do this.',
      headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"` },
    }),

  authenticatorUnavailable: (cause: unknown): Problem =>
    new Problem({
      status: 503,
      code: 'AUTHENTICATOR_UNAVAILABLE',
      detail: 'Nobody can tell just now who is calling.',
      headers: { 'retry-after': RETRY_AFTER_S },
      cause,
    }),

  notRunning: (): Problem =>
    new Problem({
      status: 503,
      code: 'NOT_RUNNING',
      detail: 'The service has not started yet.',
      headers: { 'retry-after': RETRY_AFTER_S },
    }),

  moduleUnavailable: (): Problem =>
    new Problem({ status: 503, code: 'MODULE_UNAVAILABLE', detail: 'The part that answers this is out of order.' }),

  rateLimited: (retryAfterSeconds: number): Problem =>
    new Problem({
      status: 429,
      code: 'RATE_LIMITED',
      detail: 'Requests come faster than they may.',
      headers: { 'retry-after': String(Math.max(1, retryAfterSeconds)) },
    }),

  tooManyInFlight: (): Problem =>
    new Problem({
      status: 503,
      code: 'TOO_MANY_IN_FLIGHT',
      detail: 'As many requests as may be are being worked on.',
      headers: { 'retry-after': RETRY_AFTER_S },
    }),

  fileTooLarge: (name: string, limitBytes: number): Problem =>
    new Problem({
      status: 413,
      code: 'FILE_TOO_LARGE',
      detail: `A file "${name}" may have ${String(limitBytes)} bytes here.`,
    }),

  fieldTooLarge: (name: string, limitBytes: number): Problem =>
    new Problem({
      status: 413,
      code: 'FIELD_TOO_LARGE',
      detail: `A field "${name}" may have ${String(limitBytes)} bytes here.`,
    }),

  handlerTimeout: (): Problem =>
    new Problem({ status: 504, code: 'HANDLER_TIMEOUT', detail: 'The answer was not ready in time.' }),
}
