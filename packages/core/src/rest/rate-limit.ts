/** How much an operation takes on. What is left out is not limited. */
export interface RateLimit {
  /** Requests per second, on average. Above 0; fractions are legal. */
  readonly rps?: number
  /** Requests that may come at once after a quiet time. Default: `rps`, rounded up. */
  readonly burst?: number
  /** Requests that may be worked on at the same time: each until it is answered and its handler has come to its end. */
  readonly inFlight?: number
  /** Whom `rps` and `burst` are counted for: all callers together, or each address by itself. Default `'operation'`. */
  readonly by?: 'operation' | 'client'
}

/** What is wrong with a limit; `undefined` where nothing is. */
export function objectionToLimit({ rps, burst, inFlight, by }: RateLimit): string | undefined {
  if (rps !== undefined && !(Number.isFinite(rps) && rps > 0)) return 'its rps is not a number above 0'
  if (burst !== undefined && !isCount(burst)) return 'its burst is not a whole number above 0'
  if (burst !== undefined && rps === undefined) return 'its burst says nothing without rps'
  if (inFlight !== undefined && !isCount(inFlight)) return 'its inFlight is not a whole number above 0'
  if (by !== undefined && !['operation', 'client'].includes(by)) return 'its "by" is neither "operation" nor "client"'
  return undefined
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}
