import { Metadata, status } from '@grpc/grpc-js'
import { defineErrors, HostError, Problem, type ProblemField } from '@modkit/core'
import { contractStatusOf, runWithRequest } from '@modkit/core/spi'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { callFailureOf } from './call-failure.js'
import { STATUS_DETAILS_KEY } from './status-details.js'
import { hostErrorOf, statusDetailsOf, thrownErrorOf } from './thrown-error.js'

describe('errors across the wire', () => {
  test('code, message and details arrive as they were thrown', () => {
    const details = fc.record({ id: fc.string(), count: fc.integer(), tags: fc.array(fc.string(), { maxLength: 5 }) })
    fc.assert(
      fc.property(details, fc.string({ unit: 'grapheme', maxLength: 100 }), (thrown, text) => {
        const errors = defineErrors({ ODD: { status: 409, message: () => `Odd: ${text}`, hint: 'Even it.' } })
        const received = hostErrorOf(callFailureOf(errors.ODD(thrown)))
        expect(received).toMatchObject({ code: 'ODD', message: `Odd: ${text}`, hint: 'Even it.', details: thrown })
        expect(contractStatusOf(received)).toBe(409)
      }),
    )
  })

  test('a problem arrives with all that an HTTP client would be shown', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 })
    const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
      fc.option(arbitrary, { nil: undefined })
    const field = fc.record<ProblemField>({
      in: fc.constantFrom('params', 'query', 'body'),
      field: text,
      message: text,
    })
    const problems = fc.record({
      status: fc.integer({ min: 400, max: 599 }),
      title: text,
      type: text,
      detail: optional(text),
      code: optional(text),
      errors: optional(fc.array(field, { maxLength: 3 })),
      headers: fc.dictionary(fc.stringMatching(/^[a-z-]{1,9}$/), fc.stringMatching(/^[a-z0-9]{0,9}$/), { maxKeys: 3 }),
    })
    fc.assert(
      fc.property(problems, ({ title, type, status, headers, ...rest }) => {
        const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
        const thrown = new Problem({ title, type, status, headers, ...given })
        const received = thrownErrorOf(callFailureOf(thrown))
        expect(Problem.is(received)).toBe(true)
        expect(Object.assign({}, received, { message: received?.message })).toEqual(
          Object.assign({}, thrown, { message: thrown.message }),
        )
      }),
    )
  })

  test('peers of any make find fields, a wait and a code where googleapis has them', () => {
    const errors = [{ in: 'body', field: '/name', message: 'is missing' }] as const
    const problem = new Problem({ status: 429, code: 'SLOWER', errors, headers: { 'Retry-After': '7' } })
    expect(statusDetailsOf(callFailureOf(problem))).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      errorInfo: { reason: 'SLOWER' },
      violations: [{ field: 'body/name', description: 'is missing' }],
      retryAfterMs: 7_000,
    })
    const busy = defineErrors({ BUSY: { status: 503, message: 'Busy.' } })
    const details = { retryAfterMs: 1_500, errors: [{ field: 'size', message: 'is too large' }, 'nonsense'] }
    expect(statusDetailsOf(callFailureOf(busy.BUSY(details)))).toMatchObject({
      violations: [{ field: 'size', description: 'is too large' }],
      retryAfterMs: 1_500,
    })
  })

  test('an error that was not written for strangers leaves a trace id and nothing else', () => {
    const secret = new Error('the password is 1234')
    const failure = callFailureOf(secret)
    expect(failure).toMatchObject({ code: status.INTERNAL, details: 'Internal error.', cause: secret })
    const told = statusDetailsOf(failure)
    expect(told).toEqual({ code: status.INTERNAL, message: 'Internal error.', requestId: failure.traceId })
    expect(told?.requestId).toMatch(/^[0-9a-f]{32}$/)
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const traced = runWithRequest({ traceparent: `00-${traceId}-b7ad6b7169203331-01` }, () => callFailureOf(secret))
    expect(statusDetailsOf(traced)?.requestId).toBe(traceId)
  })

  test.each([
    ['a long message', 'x'.repeat(20_000), {}],
    ['a long message of wide letters', '語'.repeat(20_000), {}],
    ['many details', 'short', { rows: Array.from({ length: 5_000 }, String) }],
  ])('%s does not break the headers that peers accept', (_, message, details) => {
    const errors = defineErrors({ LONG: { status: 404, message } })
    const bytesOf = (failure: ReturnType<typeof callFailureOf>): number =>
      encodeURI(failure.details).length + JSON.stringify(failure.metadata.toHttp2Headers()).length
    const failure = callFailureOf(errors.LONG(details))
    expect(bytesOf(failure)).toBeLessThan(8_000)
    expect(hostErrorOf(failure)?.code).toBe('LONG')
    expect(contractStatusOf(hostErrorOf(failure))).toBe(404)
    const problem = callFailureOf(
      new Problem({ status: 404, code: 'LONG', detail: message, headers: { x: JSON.stringify(details) } }),
    )
    expect(bytesOf(problem)).toBeLessThan(8_000)
    expect(thrownErrorOf(problem)).toMatchObject({ status: 404, code: 'LONG' })
  })

  test('causes and stacks stay behind', () => {
    const error = new HostError('CLIENT_UNAVAILABLE', { client: 'a', module: 'b' }, { cause: new Error('secret') })
    const failure = callFailureOf(error)
    expect(failure.code).toBe(status.UNAVAILABLE)
    expect(failure.metadata.get(STATUS_DETAILS_KEY).toString()).not.toMatch(/secret|at /)
  })

  test.each([
    [400, status.INVALID_ARGUMENT],
    [404, status.NOT_FOUND],
    [418, status.FAILED_PRECONDITION],
    [500, status.INTERNAL],
    [503, status.UNAVAILABLE],
    [599, status.INTERNAL],
  ])('an error with the HTTP status %i has the gRPC status %i', (http, code) => {
    expect(callFailureOf(defineErrors({ IT: { status: http, message: 'It.' } }).IT()).code).toBe(code)
  })

  test('an error of the runtime that says nothing to a caller is INTERNAL, with its code', () => {
    const failure = callFailureOf(new HostError('NOT_SCANNED', undefined))
    expect(failure.code).toBe(status.INTERNAL)
    expect(hostErrorOf(failure)?.code).toBe('NOT_SCANNED')
  })
})

describe('failures of strangers', () => {
  const withBytes = (bytes: Buffer): { metadata: Metadata } => {
    const metadata = new Metadata()
    metadata.set(STATUS_DETAILS_KEY, bytes)
    return { metadata }
  }

  test.each([
    ['nothing', undefined],
    ['an error without metadata', new Error('x')],
    ['a status without details', { metadata: new Metadata() }],
    ['details that are no message', withBytes(Buffer.from([0xff, 0xff, 0xff]))],
    ['details without an ErrorInfo', withBytes(Buffer.from([0x08, 0x05]))],
  ])('%s hold none of our errors', (_, failure) => {
    expect(hostErrorOf(failure)).toBeUndefined()
  })
})
