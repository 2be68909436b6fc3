import { describe, expect, test } from '@jest/globals'
import { HostError } from '@modkit/core'
import { systemClock } from '@modkit/core/spi'
import { HostError as SourceHostError } from '../src/errors/host-error.js'
import { systemClock as sourceClock } from '../src/time/clock.js'

describe('the test suite', () => {
  test('runs as native ES modules', () => {
    expect(import.meta.url).toMatch(/^file:.*\/esm-canary\.test\.ts$/)
    expect(typeof require).toBe('undefined')
    expect(typeof exports).toBe('undefined')
  })

  test('resolves the doors of the core to their sources', () => {
    expect(HostError).toBe(SourceHostError)
    expect(systemClock).toBe(sourceClock)
  })

  test('loads a module once, whichever way it is imported', async () => {
    expect(await import('@modkit/core')).toHaveProperty('HostError', SourceHostError)
  })
})
