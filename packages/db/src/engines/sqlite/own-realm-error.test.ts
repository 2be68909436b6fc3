import { describe, expect, test } from '@jest/globals'
import { runInNewContext } from 'node:vm'
import { ownRealmError } from './own-realm-error.js'

/** How the driver makes its error class, in whichever realm loads it first. */
const DRIVER_ERROR = `
  function SqliteError(message, code) { this.message = message; this.code = code }
  Object.setPrototypeOf(SqliteError.prototype, Error.prototype)
  new SqliteError('no such table: t', 'SQLITE_ERROR')
`

describe('an error of the driver', () => {
  test('that another realm made becomes one of this realm, with message and code', () => {
    const foreign: unknown = runInNewContext(DRIVER_ERROR)
    expect(foreign).not.toBeInstanceOf(Error)
    const error = ownRealmError(foreign)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'SqliteError',
      message: 'no such table: t',
      code: 'SQLITE_ERROR',
      cause: foreign,
    })
  })

  test('of this realm stays what it is', () => {
    const own = new TypeError('no')
    expect(ownRealmError(own)).toBe(own)
  })
})
