import { Metadata, status } from '@grpc/grpc-js'
import { defineErrors, HostError } from '@modkit/core'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { callFailureOf, hostErrorOf } from './call-failure.js'
import { STATUS_DETAILS_KEY } from './status-details.js'

describe('errors across the wire', () => {
  test('code, message and details arrive as they were thrown', () => {
    const details = fc.record({ id: fc.string(), count: fc.integer(), tags: fc.array(fc.string(), { maxLength: 5 }) })
    fc.assert(
      fc.property(details, fc.string({ unit: 'grapheme', maxLength: 100 }), (thrown, text) => {
        const errors = defineErrors({ ODD: { status: 409, message: () => `Odd: ${text}` } })
        const received = hostErrorOf(callFailureOf(errors.ODD(thrown)))
        expect(received).toMatchObject({ code: 'ODD', message: `Odd: ${text}`, details: thrown })
      }),
    )
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
