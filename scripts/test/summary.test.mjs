import { describe, expect, test } from '@jest/globals'
import { exitCodeOf, summarise, summaryLine } from './summary.mjs'

const result = {
  numPassedTests: 5,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
}

describe('the summary of a test run', () => {
  test('says how many passed, failed and were skipped', () => {
    expect(summaryLine({ passed: 5, failed: 2, skipped: 1 })).toBe('5 passed, 2 failed, 1 skipped')
  })

  test('counts a suite that does not load as failed', () => {
    expect(summarise({ ...result, numFailedTests: 1, numRuntimeErrorTestSuites: 2 })).toMatchObject({ failed: 3 })
  })

  test('counts a todo as skipped', () => {
    expect(summarise({ ...result, numPendingTests: 2, numTodoTests: 3 })).toMatchObject({ skipped: 5 })
  })
})

describe('the exit code of a test run', () => {
  test('is zero when tests passed and none failed', () => {
    expect(exitCodeOf({ passed: 5, failed: 0 }, 0)).toBe(0)
  })

  test('is one when something failed, whatever Jest says', () => {
    expect(exitCodeOf({ passed: 5, failed: 1 }, 0)).toBe(1)
  })

  test('is one when no test ran', () => {
    expect(exitCodeOf({ passed: 0, failed: 0 }, 0)).toBe(1)
  })

  test("is Jest's own when it is dissatisfied with more than the tests", () => {
    expect(exitCodeOf({ passed: 5, failed: 0 }, 130)).toBe(130)
  })
})
