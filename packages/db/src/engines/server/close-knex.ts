import type { Clock } from '@modkit/core'
import { settleWithin } from '@modkit/core/spi'
import type { Knex } from 'knex'
import { connectionsOf } from '../connections-in-use.js'
import type { StatementControl } from '../database-engine.js'

export interface Closing {
  readonly control: Pick<StatementControl, 'abandon'>
  readonly clock: Clock
}

/** How long a server has to say goodbye on all connections, in milliseconds. */
const CLOSE_MS = 2_000

/** Ends all connections, and hangs up where the server says nothing. Never rejects. */
export async function closeKnex(knex: Knex, { control, clock }: Closing): Promise<void> {
  const connections = connectionsOf(knex)
  const operation = 'Closing the connections of migrations'
  const { kind } = await settleWithin(knex.destroy(), { operation, clock, afterMs: CLOSE_MS })
  // Knex itself gives up on them a little later.
  if (kind !== 'done') for (const connection of connections) control.abandon(connection)
}
