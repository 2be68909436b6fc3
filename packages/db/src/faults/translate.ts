import { isHostError } from '@modkit/core'
import type { Knex } from 'knex'
import type { OpenDatabase } from '../engines/database-engine.js'
import { type DriverFault, faultError } from './driver-fault.js'

/** What Knex calls the error of a pool that had no connection in time. */
const POOL_TIMEOUT = 'KnexTimeoutError'

/**
 * What a module is to catch in place of what Knex or a driver has thrown: a `HostError` that says the same on every engine, with
 * the driver's own as its cause. What means nothing in particular stays as it is: a mistake in the SQL is the module's.
 *
 * @param connection where it was thrown
 */
export async function translate(error: unknown, database: OpenDatabase, connection: Knex): Promise<unknown> {
  if (isHostError(error)) return error
  const fault = poolFault(error, database) ?? (await database.faultOf(error, connection))
  return fault === undefined ? error : faultError(database.module, fault, error)
}

function poolFault(error: unknown, { knex }: OpenDatabase): DriverFault | undefined {
  if ((error as { readonly name?: unknown } | undefined)?.name !== POOL_TIMEOUT) return undefined
  // Knex's own types leave its pool out.
  const { pool } = knex.client as { readonly pool: { readonly max: number; numUsed(): number } }
  return { kind: 'pool', inUse: pool.numUsed(), max: pool.max }
}
