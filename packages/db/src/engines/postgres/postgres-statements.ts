import type { StatementControl } from '../database-engine.js'
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
  on(event: 'connect' | 'sslconnect' | 'end', listener: () => void): void
  on(event: 'error', listener: (error: Error) => void): void
  connect(port: number | string, host?: string): void
  requestSsl(): void
  cancel(processId: number, secretKey: number): void
  end(): void
}

/**
 * Ends statements as PostgreSQL's protocol does: by a request on a connection of its own that needs no session, so that it
 * works where the server takes on no more of them, and through a pool of connections in between.
 */
export function postgresStatements(settings: PostgresSettings): StatementControl {
  return {
    isBusy: (connection) => !(connection as PostgresClient).readyForQuery,
    cancel: (connection) => requestCancel(settings, connection as PostgresClient),
    abandon: (connection) => (connection as PostgresClient).connection.stream.destroy(),
  }
}

async function requestCancel(settings: PostgresSettings, { processID, secretKey }: PostgresClient): Promise<void> {
  const { default: pg } = await import('pg')
  const { ssl, ...place } = placeOnServer(settings)
  const protocol = new pg.Connection({ ssl }) as unknown as Protocol
  await new Promise<void>((resolve, reject) => {
    const ask = (): void => protocol.cancel(processID, secretKey)
    protocol.on('connect', () => (ssl === false ? ask() : protocol.requestSsl()))
    protocol.on('sslconnect', ask)
    protocol.on('error', reject)
    // The server says nothing; it hangs up once the statement has been told.
    protocol.on('end', resolve)
    if (place.host.startsWith('/')) protocol.connect(`${place.host}/.s.PGSQL.${String(place.port)}`)
    else protocol.connect(place.port, place.host)
  })
}
