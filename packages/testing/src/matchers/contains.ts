import { isDeepStrictEqual } from 'node:util'

/** Whether a value has all that is expected of it: of objects the named keys, of everything else equality. */
export function contains(actual: unknown, expected: unknown): boolean {
  if (isAsymmetric(expected)) return expected.asymmetricMatch(actual)
  if (Array.isArray(expected)) return containsAll(actual, expected)
  if (!isPlain(expected)) return isDeepStrictEqual(actual, expected)
  if (typeof actual !== 'object' || actual === null) return false
  return Object.entries(expected).every(([key, value]) => contains((actual as Record<string, unknown>)[key], value))
}

function containsAll(actual: unknown, expected: readonly unknown[]): boolean {
  if (!Array.isArray(actual) || actual.length !== expected.length) return false
  return expected.every((value, index) => contains(actual[index], value))
}

/** `expect.any(Number)` and its like, of whichever runner. */
function isAsymmetric(value: unknown): value is { asymmetricMatch(actual: unknown): boolean } {
  return typeof (value as { asymmetricMatch?: unknown } | null | undefined)?.asymmetricMatch === 'function'
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  // Compared by its own prototype, an object of a runner's other realm would not count as plain.
  return Object.prototype.toString.call(value) === '[object Object]'
}
