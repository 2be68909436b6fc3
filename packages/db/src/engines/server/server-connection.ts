import type { Knex } from 'knex'
import type { HostError } from '@modkit/core'
import { messageOf } from '@modkit/core/spi'
import { unavailable } from '../../faults/driver-fault.js'
import { knexFault } from '../../faults/knex-fault.js'
import { knexLog } from '../knex-log.js'
import { poolConfig } from '../pool-config.js'
import type { OpenContext } from '../database-engine.js'
import { serverAdvice } from './server-advice.js'
import { tlsReason } from './tls-reason.js'
import { placeOf, SERVER_POOL, type ServerParams, type ServerSettings } from './server-settings.js'

/** What differs between the servers, as Knex takes it. */
export interface ServerClient {
  readonly client: typeof Knex.Client
  readonly connection: object
  /** Sets up a connection before it is used. */
  readonly afterCreate?: Knex.PoolConfig['afterCreate']
}

/** Makes Knex for a server; connects nothing. */
export async function serverKnex(
  { pool }: Pick<ServerSettings<unknown>, 'pool'>,
  { client, connection, afterCreate }: ServerClient,
  { logger }: OpenContext,
): Promise<Knex> {
  // Node sees only the default export of this CommonJS package.
  const { default: library } = await import('knex')
  return library.knex({
    client,
    connection: connection as Knex.StaticConnectionConfig,
    pool: { ...poolConfig(pool, SERVER_POOL), ...(afterCreate !== undefined && { afterCreate }) },
    log: knexLog(logger),
  })
}

/** How long connecting may take where it has no limit of its own, as Knex's pool sees it. */
const LONGEST_CONNECT_MS = 30_000

/**
 * Connects once, so that what is wrong shows now. Has as long as connecting may take, however short a query would wait.
 *
 * @throws HostError `DB_UNAVAILABLE`
 */
export async function assertReachable(
  knex: Knex,
  settings: ServerSettings<ServerParams>,
  { clock }: Pick<OpenContext, 'clock'>,
): Promise<void> {
  const untilMs = clock.monotonic() + (settings.params.connectTimeoutMs || LONGEST_CONNECT_MS)
  try {
    await answerOf(knex, () => clock.monotonic() < untilMs)
  } catch (error) {
    await knex.destroy()
    throw unreachable(settings, error)
  }
}

/** A query that has waited too long leaves the connection to be made behind, for the next one. */
async function answerOf(knex: Knex, isInTime: () => boolean): Promise<void> {
  for (;;) {
    try {
      await knex.raw('SELECT 1')
      return
    } catch (error) {
      if (knexFault(error, knex) === undefined || !isInTime()) throw error
    }
  }
}

export function unreachable(settings: ServerSettings<unknown>, error: unknown): HostError {
  const reason = `${placeOf(settings)}: ${reasonOf(error)}`
  return unavailable({ module: settings.module, reason, advice: serverAdvice(error) }, error)
}

/** A refused connection to a name with several addresses is an error without a message. */
function reasonOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  const message = messageOf(error).replace(/^select 1 - /i, '')
  return (tlsReason(message) ?? message) || (typeof code === 'string' ? code : 'it does not answer')
}
