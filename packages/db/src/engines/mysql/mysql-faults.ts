import type { DriverFault } from '../../faults/driver-fault.js'
import type { Askable } from '../database-engine.js'
import { serverAdvice } from '../server/server-advice.js'
import { tlsReason } from '../server/tls-reason.js'

/** What the driver says of an error; numbers as in https://mariadb.com/kb/en/mariadb-error-code-reference/. */
interface MysqlError {
  readonly errno?: number
  readonly code?: string
  readonly sqlMessage?: string
  readonly message?: string
  /** What it was about. */
  readonly sql?: string
}

const DUPLICATE: ReadonlySet<number> = new Set([1_062, 1_169, 1_586])
const FOREIGN_KEY: ReadonlySet<number> = new Set([1_216, 1_217, 1_451, 1_452])
const NOT_NULL: ReadonlySet<number> = new Set([1_048, 1_364])
const CHECK: ReadonlySet<number> = new Set([3_819, 4_025])
/** Of MySQL, of MariaDB, and a statement that was ended from elsewhere. */
const TIMEOUT: ReadonlySet<number> = new Set([3_024, 1_969, 1_317])
/** The connection was killed, the server ends or takes on no more. */
const GONE: ReadonlySet<number> = new Set([1_040, 1_053, 1_077, 1_079, 1_152, 1_184, 1_203, 1_226, 1_927, 2_006, 2_013])

const NETWORK =
  /^(?:HANDSHAKE_|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|PROTOCOL_CONNECTION_LOST)/
const CLOSED = /closed state|Connection lost|connection is in closed|server has gone away/i

/** @param connection is asked which columns a key has */
export function mysqlFault(
  error: unknown,
  connection: Askable,
): DriverFault | undefined | Promise<DriverFault | undefined> {
  const fault = plainMysqlFault(error)
  return fault?.kind === 'unique' ? withColumns(fault, { sql: (error as MysqlError).sql ?? '', connection }) : fault
}

/** What the error says by itself. */
export function plainMysqlFault(error: unknown): DriverFault | undefined {
  const { errno = 0, code = '', sqlMessage = '', message = '' } = (error ?? {}) as MysqlError
  const text = sqlMessage === '' ? message : sqlMessage
  if (DUPLICATE.has(errno)) return uniqueFault(text)
  if (FOREIGN_KEY.has(errno)) return { kind: 'foreign-key', ...foreignKeyIn(text) }
  if (NOT_NULL.has(errno)) return { kind: 'not-null', column: /(?:Column|Field) '([^']*)'/.exec(text)?.[1] ?? '' }
  if (CHECK.has(errno)) return { kind: 'check', ...checkIn(text) }
  if (errno === 1_213) return { kind: 'serialization', reason: 'it and another transaction waited for each other' }
  if (errno === 1_205) return { kind: 'serialization', reason: 'another transaction holds a lock that it needs' }
  if (errno === 1_020) return { kind: 'serialization', reason: 'another transaction has changed what this one read' }
  if (errno === 1_792) return { kind: 'read-only' }
  if (TIMEOUT.has(errno)) return { kind: 'timeout' }
  if (GONE.has(errno) || NETWORK.test(code) || CLOSED.test(message)) return gone(error, tlsReason(text) ?? text)
  return undefined
}

function gone(error: unknown, reason: string): DriverFault {
  const advice = serverAdvice(error)
  return { kind: 'unavailable', reason, ...(advice !== undefined && { advice }) }
}

/** `CONSTRAINT \`orders_user\` FOREIGN KEY` of ``CREATE TABLE `shop`.`orders` ``. */
function foreignKeyIn(text: string): { table?: string; constraint?: string } {
  const [, table, constraint] = /\(`[^`]*`\.`([^`]*)`, CONSTRAINT `([^`]*)`/.exec(text) ?? []
  return { ...(table !== undefined && { table }), ...(constraint !== undefined && { constraint }) }
}

function checkIn(text: string): { constraint?: string } {
  const constraint = /(?:CONSTRAINT|constraint) [`']([^`']*)[`']/.exec(text)?.[1]
  return constraint === undefined ? {} : { constraint: constraint.split('.').pop() ?? constraint }
}

type UniqueFault = Extract<DriverFault, { kind: 'unique' }>

function uniqueFault(text: string): UniqueFault {
  // MySQL names the table, too: 'users.users_email_unique'.
  const key = /for key '([^']*)'$/.exec(text)?.[1] ?? ''
  const dot = key.indexOf('.')
  const constraint = key.slice(dot + 1)
  const table = dot === -1 ? undefined : key.slice(0, dot)
  return { kind: 'unique', ...(table !== undefined && { table }), constraint, columns: [] }
}

interface Failed {
  readonly sql: string
  readonly connection: Askable
}

/** Which columns the key has, the message does not say; the server is asked. */
async function withColumns(fault: UniqueFault, { sql, connection }: Failed): Promise<UniqueFault> {
  try {
    const keys = await keysCalled(fault.constraint ?? '', connection)
    const table = fault.table ?? (keys.size === 1 ? [...keys.keys()][0] : await writtenTable(sql, connection))
    const columns = table === undefined ? undefined : keys.get(table)
    return table === undefined || columns === undefined ? fault : { ...fault, table, columns }
  } catch {
    // The error itself is what matters; the columns only help.
    return fault
  }
}

const WRITES =
  /^\s*(?:insert|replace|update)\s+(?:(?:low_priority|delayed|high_priority|ignore|into)\s+)*((?:`[^`]+`|[\w$]+)(?:\.(?:`[^`]+`|[\w$]+))?)/i

/** Where several tables have a key of that name, as all have a "PRIMARY": the table that the statement itself writes to. */
async function writtenTable(sql: string, connection: Askable): Promise<string | undefined> {
  const table = WRITES.exec(sql)?.[1]
  // Of another database, the tables of this one say nothing.
  if (table === undefined || table.includes('.')) return undefined
  const name = table.replaceAll('`', '')
  return (await hasTriggers(name, connection)) ? undefined : name
}

/** The columns of all keys of this name, table by table. */
async function keysCalled(constraint: string, connection: Askable): Promise<ReadonlyMap<string, readonly string[]>> {
  const sql = `SELECT table_name AS t, column_name AS c FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND index_name = ? ORDER BY table_name, seq_in_index`
  const [rows] = (await connection.raw(sql, [constraint])) as [{ t: string; c: string }[]]
  const keys = new Map<string, string[]>()
  for (const { t, c } of rows) keys.set(t, [...(keys.get(t) ?? []), c])
  return keys
}

/** Whether it may have been a trigger of the table that repeated a key of another one. */
async function hasTriggers(table: string, connection: Askable): Promise<boolean> {
  const sql = `SELECT 1 FROM information_schema.triggers
    WHERE event_object_schema = DATABASE() AND event_object_table = ? LIMIT 1`
  const [rows] = (await connection.raw(sql, [table])) as [unknown[]]
  return rows.length > 0
}
