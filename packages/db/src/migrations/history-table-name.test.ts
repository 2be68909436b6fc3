import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { historyTableName } from './history-table-name.js'

describe('historyTableName', () => {
  test('a name is followed by the first eight digits of its XXH3-64 hash', () => {
    expect(historyTableName('users')).toBe('modkit_migrations__users__4ce8a257')
  })

  test('what an identifier cannot hold becomes an underscore', () => {
    expect(historyTableName('user-profile')).toMatch(/^modkit_migrations__user_profile__[0-9a-f]{8}$/)
    expect(historyTableName('')).toBe('modkit_migrations_____2d068005')
    expect(historyTableName('ü"; drop')).toMatch(/^modkit_migrations______drop__[0-9a-f]{8}$/)
  })

  test('names that look alike once replaced or cut get tables of their own', () => {
    expect(historyTableName('a-b')).not.toBe(historyTableName('a_b'))
    expect(historyTableName('x'.repeat(300))).not.toBe(historyTableName('x'.repeat(301)))
  })

  test('any name gives a legal identifier of at most 63 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const table = historyTableName(name)
        expect(Buffer.byteLength(table)).toBeLessThanOrEqual(63)
        expect(table).toMatch(/^modkit_migrations__\w+__[0-9a-f]{8}$/)
      }),
    )
  })
})
