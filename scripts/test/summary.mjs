/** Jest's result in numbers. A suite that does not load is a failure: its tests did not pass. */
export function summarise(result) {
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  }
}

export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** A run in which nothing failed has succeeded only when something ran. */
export function exitCodeOf({ passed, failed }, jestCode) {
  if (jestCode !== 0) return jestCode
  return failed === 0 && passed > 0 ? 0 : 1
}
