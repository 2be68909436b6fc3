import { isHostError } from '@modkit/core'
import type { Askable, OpenDatabase } from '../engines/database-engine.js'
import { faultError } from './driver-fault.js'
import { knexFault } from './knex-fault.js'

/**
 * What a module is to catch in place of what Knex or a driver has thrown: a `HostError` that says the same on every engine, with
 * the driver's own as its cause. What means nothing in particular stays as it is: a mistake in the SQL is the module's.
 *
 * @param connection where it was thrown
 */
export async function translate(error: unknown, database: OpenDatabase, connection: Askable): Promise<unknown> {
  if (isHostError(error)) return error
  const fault = knexFault(error, database.knex) ?? (await database.faultOf(error, connection))
  return fault === undefined ? error : faultError(database.module, fault, error)
}
