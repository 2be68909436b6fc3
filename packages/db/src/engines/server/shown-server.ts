import type { MergedSection } from '@modkit/core/spi'
import type { ConnectionFacts } from '../../config/merge-connection.js'
import { shownConnection } from '../../config/shown-connection.js'
import { shownPool } from '../pool-config.js'
import { SERVER_POOL, type ServerSettings } from './server-settings.js'

/** A server's connection as a dump shows it. */
export function shownServer(facts: ConnectionFacts, settings: ServerSettings<unknown>): MergedSection {
  const { host, port } = settings
  return shownConnection(facts, { place: { host, port }, dsn: dsnOf(facts, settings), pool: shownPool(SERVER_POOL) })
}

function dsnOf({ engine }: ConnectionFacts, settings: ServerSettings<unknown>): string {
  const { host, port, user, password, dbname } = settings
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`
  const who = user === undefined ? '' : `${encodeURIComponent(user)}${secret}@`
  const address = host.includes(':') ? `[${host}]` : host
  return `${engine}://${who}${address}:${String(port)}/${encodeURIComponent(dbname)}`
}
