import { randomFillSync } from 'node:crypto'

/** For some hundred ids: asking the system for each would cost more than all else that an id needs. */
const POOL_BYTES = 4_096

const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/** Random bytes, two hexadecimal digits each; unguessable, and never given out twice. */
export function randomHex(byteCount: number): string {
  if (used + byteCount > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const start = used
  used += byteCount
  return pool.toString('hex', start, used)
}
