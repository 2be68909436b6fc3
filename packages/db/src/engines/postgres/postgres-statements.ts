import type { Clock } from '@modkit/core'
import { settleWithin } from '@modkit/core/spi'
import type { OpenContext, StatementControl } from '../database-engine.js'
import { ASKING, ASKING_MS } from '../server/asking-to-end.js'
import { placeOnServer } from './postgres-connection.js'
import type { PostgresSettings } from './postgres-connection.js'

/** What this file uses of a connection of the driver. */
interface PostgresClient {
  readonly readyForQuery: boolean
  readonly processID: number
  readonly secretKey: number
  readonly connection: { readonly stream: { destroy(): void } }
}

/** The protocol without a session on it, which the driver's types leave out. */
interface Protocol {
  readonly stream: { destroy(): void }
  on(event: 'connect' | 'sslconnect' | 'end', listener: () => void): void
  on(event: 'error', listener: (error: Error) => void): void
  connect(port: number | string, host?: string): void
  requestSsl(): void
  cancel(processId: number, secretKey: number): void
  end(): void
}

/** What needs nothing but the connection. */
export const postgresConnections: Pick<StatementControl, 'isBusy' | 'abandon'> = {
  isBusy: (connection) => !(connection as PostgresClient).readyForQuery,
  abandon: (connection) => (connection as PostgresClient).connection.stream.destroy(),
}

/**
 * Ends statements as PostgreSQL's protocol does: by a request on a connection of its own that needs no session, so that it
 * works where the server takes on no more of them, and through a pool of connections in between.
 */
export function postgresStatements(
  settings: PostgresSettings,
  { clock }: Pick<OpenContext, 'clock'>,
): StatementControl {
  return {
    ...postgresConnections,
    cancel: (connection) => requestCancel(connection as PostgresClient, { settings, clock }),
  }
}

interface Requesting {
  readonly settings: PostgresSettings
  readonly clock: Clock
}

async function requestCancel(client: PostgresClient, { settings, clock }: Requesting): Promise<void> {
  const { default: pg } = await import('pg')
  const { ssl, ...place } = placeOnServer(settings)
  const protocol = new pg.Connection({ ssl }) as unknown as Protocol
  const asking = ask(protocol, client, { ...place, isPlain: ssl === false })
  const outcome = await settleWithin(asking, { operation: ASKING, clock, afterMs: ASKING_MS })
  if (outcome.kind === 'done') return
  protocol.stream.destroy()
  throw outcome.error
}

interface Place {
  readonly host: string
  readonly port: number
  readonly isPlain: boolean
}

function ask(
  protocol: Protocol,
  { processID, secretKey }: PostgresClient,
  { host, port, isPlain }: Place,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const cancel = (): void => protocol.cancel(processID, secretKey)
    protocol.on('connect', () => (isPlain ? cancel() : protocol.requestSsl()))
    protocol.on('sslconnect', cancel)
    protocol.on('error', reject)
    // The server says nothing; it hangs up once the statement has been told.
    protocol.on('end', resolve)
    if (host.startsWith('/')) protocol.connect(`${host}/.s.PGSQL.${String(port)}`)
    else protocol.connect(port, host)
  })
}
