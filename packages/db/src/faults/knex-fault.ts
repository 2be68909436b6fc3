import type { Knex } from 'knex'
import type { DriverFault } from './driver-fault.js'

/** What Knex calls the error of a pool that had no connection in time, and of a query that took longer than its own limit. */
const TIMEOUT = 'KnexTimeoutError'

/** What this file uses of Knex's pool, which Knex's own types leave out. */
interface Pool {
  readonly max: number
  readonly acquireTimeoutMillis: number
  numUsed(): number
}

/**
 * What it means that a query got no connection in time, or no answer; `undefined` for any other error. The pool counts the time
 * in which a connection is made, too: only where all that may be are in use is it exhausted.
 */
export function knexFault(error: unknown, knex: Knex): DriverFault | undefined {
  const { name, timeout } = (error ?? {}) as { readonly name?: unknown; readonly timeout?: unknown }
  if (name !== TIMEOUT) return undefined
  // Of the query: the pool's error says nothing of its limit.
  if (timeout !== undefined) return { kind: 'timeout' }
  const { pool } = knex.client as { readonly pool?: Pool }
  if (!pool) return { kind: 'unavailable', reason: 'it has been closed' }
  const inUse = pool.numUsed()
  if (inUse >= pool.max) return { kind: 'pool', inUse, max: pool.max }
  const limit = `pool.acquire_timeout, ${String(pool.acquireTimeoutMillis)} ms`
  return { kind: 'unavailable', reason: `connecting took longer than a query waits (${limit})` }
}
