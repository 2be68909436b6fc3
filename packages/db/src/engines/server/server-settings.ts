import type { ConnectionFacts } from '../../config/merge-connection.js'
import type { PoolSettings } from '../../config/pool-settings.js'
import type { ConfigProblems } from '../../config/config-problems.js'
import { tlsConflict, type TlsSettings } from './tls-settings.js'

/** Where a server is, and how to come in. */
export interface ServerSettings<P> {
  readonly module: string
  readonly host: string
  readonly port: number
  readonly user?: string
  readonly password?: string
  readonly dbname: string
  readonly params: P
  readonly pool: PoolSettings
}

/** What every server engine has in its parameters. */
export interface ServerParams extends TlsSettings {
  /** After how long the server ends a statement, in milliseconds; 0 for never. Migrations are not held to it. */
  readonly statementTimeoutMs: number
  /** How long connecting may take, in milliseconds. */
  readonly connectTimeoutMs: number
}

export const SERVER_DEFAULTS = { statementTimeoutMs: 30_000, connectTimeoutMs: 10_000 } as const

/** As many connections as a module holds at most where nothing is configured, and none while it does nothing. */
export const SERVER_POOL = { maxConns: 10, minConns: 0 } as const

export interface ServerDefaults<P> {
  readonly port: number
  readonly params: P
}

/** `undefined`, and problems, where the facts do not suit a server. */
export function serverSettings<P extends ServerParams>(
  facts: ConnectionFacts,
  { port, params }: ServerDefaults<P>,
  problems: ConfigProblems,
): ServerSettings<P> | undefined {
  const { module, section, engine, location, dbname, pool, user, password } = facts
  const before = problems.size
  if (location) problems.conflict(section, `the engine ${engine} is a server and has no "${location.from}"`)
  const conflict = tlsConflict(params)
  if (conflict !== undefined) problems.conflict(section, conflict)
  if (dbname === undefined) {
    problems.invalid(section, `the engine ${engine} needs "dbname", or a "dsn" that names the database`)
    return undefined
  }
  if (problems.size > before) return undefined
  return {
    module,
    host: facts.host ?? 'localhost',
    port: facts.port ?? port,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    dbname,
    params,
    pool,
  }
}

/** Where it is, for messages: never with the password. */
export function placeOf({ host, port, dbname }: Omit<ServerSettings<unknown>, 'params'>): string {
  return `${host}:${String(port)}, database "${dbname}"`
}
