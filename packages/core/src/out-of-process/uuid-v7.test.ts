import { describe, expect, test } from '@jest/globals'
import { isUuid, uuidV7 } from './uuid-v7.js'

describe('a UUID of version 7', () => {
  test('has the form, version and variant of one', () => {
    for (let i = 0; i < 100; i++) {
      expect(uuidV7(Date.UTC(2026, 0, 1))).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      )
    }
  })

  test('begins with its time, so that later ones sort after earlier ones', () => {
    expect(uuidV7(0x0123456789ab).slice(0, 13)).toBe('01234567-89ab')
    expect(uuidV7(1_000) < uuidV7(1_001)).toBe(true)
  })

  test('is different every time', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => uuidV7(5))).size).toBe(1_000)
  })

  test('is told from other texts', () => {
    expect(isUuid(uuidV7(5))).toBe(true)
    expect(isUuid('F47AC10B-58CC-4372-A567-0E02B2C3D479')).toBe(true)
    expect(isUuid('worker-1')).toBe(false)
    expect(isUuid(`${uuidV7(5)}\n`)).toBe(false)
    expect(isUuid(undefined)).toBe(false)
  })
})
