import { randomFillSync } from 'node:crypto'

/** For some hundred ids: asking the system for each would cost more than all else that an id needs. */
const POOL_BYTES = 2_048

/** Memory of its own for each filling would be one more thing for every collection of garbage to look at. */
const bytes = Buffer.allocUnsafeSlow(POOL_BYTES)

let pool = ''
let used = 0

/** Random bytes, two hexadecimal digits each; unguessable, and never given out twice. */
export function randomHex(byteCount: number): string {
  if (used + 2 * byteCount > pool.length) {
    pool = randomFillSync(bytes).toString('hex')
    used = 0
  }
  const start = used
  used += 2 * byteCount
  return pool.slice(start, used)
}
