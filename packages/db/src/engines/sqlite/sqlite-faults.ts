import type { DriverFault } from '../../faults/driver-fault.js'
import type { Askable } from '../database-engine.js'
import { sqliteAdvice } from './sqlite-advice.js'

/** What better-sqlite3 says of an error: SQLite's extended code by its name (https://www.sqlite.org/rescode.html). */
interface SqliteError {
  readonly code?: string
  readonly message?: string
}

/** The file, or the disk below it. */
const UNAVAILABLE = /^SQLITE_(?:CANTOPEN|CORRUPT|FULL|IOERR|NOTADB|PERM|NOMEM|PROTOCOL)/

/** After these SQLite undoes the whole transaction (https://www.sqlite.org/lang_transaction.html). */
const ROLLED_BACK = /^SQLITE_(?:FULL|IOERR|NOMEM)/

/** Whether SQLite has ended the transaction by itself. */
export function hasRolledBack(error: unknown): boolean {
  return ROLLED_BACK.test((error as SqliteError | undefined)?.code ?? '')
}

export function sqliteFault(
  error: unknown,
  connection: Askable,
): DriverFault | undefined | Promise<DriverFault | undefined> {
  const { code = '', message = '' } = (error ?? {}) as SqliteError
  // Knex writes the statement in front of it.
  const text = message.slice(message.lastIndexOf(' - ') + 1).replace(/^- /, '')
  switch (code) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
    case 'SQLITE_CONSTRAINT_ROWID':
      return uniqueFault(text, connection)
    case 'SQLITE_CONSTRAINT_FOREIGNKEY':
    case 'SQLITE_CONSTRAINT_TRIGGER':
      return { kind: 'foreign-key' }
    case 'SQLITE_CONSTRAINT_NOTNULL': {
      const { table, columns } = placesIn(text)
      return { kind: 'not-null', ...(table !== undefined && { table }), column: columns[0] ?? '' }
    }
    case 'SQLITE_CONSTRAINT_CHECK': {
      const constraint = /CHECK constraint failed: (.+)$/s.exec(text)?.[1]
      return { kind: 'check', ...(constraint !== undefined && { constraint }) }
    }
    case 'SQLITE_BUSY_SNAPSHOT':
      return { kind: 'serialization', reason: 'another transaction has changed what this one read' }
  }
  if (code.startsWith('SQLITE_READONLY')) return { kind: 'read-only' }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return { kind: 'serialization', reason: 'another connection held the lock for longer than busy_timeout' }
  if (!UNAVAILABLE.test(code)) return undefined
  const advice = sqliteAdvice(error)
  return { kind: 'unavailable', reason: text, ...(advice !== undefined && { advice }) }
}

interface Places {
  readonly table: string | undefined
  readonly columns: readonly string[]
}

/** `UNIQUE constraint failed: users.email, users.team`. */
function placesIn(text: string): Places {
  const places = (/failed: (.+)$/s.exec(text)?.[1] ?? '').split(', ').map((place) => place.split('.'))
  return { table: places[0]?.[0], columns: places.map(([, ...column]) => column.join('.')) }
}

async function uniqueFault(text: string, connection: Askable): Promise<DriverFault> {
  // An index over expressions has a name and no columns.
  const index = /failed: index '(.+)'$/s.exec(text)?.[1]
  if (index !== undefined) return { kind: 'unique', constraint: index, columns: [] }
  const { table = '', columns } = placesIn(text)
  const constraint = await indexOf(table, columns, connection)
  return { kind: 'unique', table, columns, ...(constraint !== undefined && { constraint }) }
}

/** The unique index that has these columns; the message does not name it. */
async function indexOf(table: string, columns: readonly string[], connection: Askable): Promise<string | undefined> {
  const sql = `SELECT list.name FROM pragma_index_list(?) list
    WHERE list."unique" AND (SELECT group_concat(name, char(10)) FROM (SELECT name FROM pragma_index_info(list.name) ORDER BY seqno)) = ?`
  try {
    const rows = (await connection.raw(sql, [table, columns.join('\n')])) as readonly { readonly name: string }[]
    return rows.find(({ name }) => !name.startsWith('sqlite_autoindex_'))?.name
  } catch {
    // The error itself is what matters; the name only helps.
    return undefined
  }
}
