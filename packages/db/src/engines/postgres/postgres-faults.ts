import type { DriverFault } from '../../faults/driver-fault.js'
import { serverAdvice } from '../server/server-advice.js'
import { tlsReason } from '../server/tls-reason.js'

/** What PostgreSQL says of an error, beside its code (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
interface PostgresError {
  readonly code?: string
  readonly table?: string
  readonly column?: string
  readonly constraint?: string
  readonly detail?: string
  readonly message?: string
}

const UNAVAILABLE: ReadonlySet<string> = new Set([
  // The server ends connections, or does not take on more.
  ...['57P01', '57P02', '57P03', '57P05', '53300'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
])

/** How the driver says that a connection has gone, where nothing has a code. */
const GONE = /Connection terminated|connection is closed|not queryable|Client has encountered a connection error/i

export function postgresFault(error: unknown): DriverFault | undefined {
  const { code = '', table, column = '', constraint, detail = '', message = '' } = (error ?? {}) as PostgresError
  const place = { ...(table !== undefined && { table }), ...(constraint !== undefined && { constraint }) }
  switch (code) {
    case '23505':
      return { kind: 'unique', ...place, columns: columnsIn(detail) }
    case '23503':
      return { kind: 'foreign-key', ...place }
    case '23502':
      return { kind: 'not-null', ...(table !== undefined && { table }), column }
    case '23514':
      return { kind: 'check', ...place }
    case '40001':
      return { kind: 'serialization', reason: 'another transaction has changed what this one read' }
    case '40P01':
      return { kind: 'serialization', reason: 'it and another transaction waited for each other' }
    case '55P03':
      return { kind: 'serialization', reason: 'another transaction holds a lock that it needs' }
    case '25P02':
      return { kind: 'rolled-back' }
    case '25006':
      return { kind: 'read-only' }
    case '57014':
      return { kind: 'timeout' }
  }
  if (UNAVAILABLE.has(code) || code.startsWith('08') || GONE.test(message)) return gone(error, message)
  const reason = tlsReason(message)
  return reason === undefined ? undefined : { kind: 'unavailable', reason }
}

function gone(error: unknown, reason: string): DriverFault {
  const advice = serverAdvice(error)
  return { kind: 'unavailable', reason, ...(advice !== undefined && { advice }) }
}

/** `Key (email, "Team")=(…) already exists.`: names of columns are quoted where they are not plain, and values stay out. */
function columnsIn(detail: string): string[] {
  const list = /^Key \((.*?)\)=\(/s.exec(detail)?.[1] ?? ''
  return [...list.matchAll(/"((?:[^"]|"")*)"|[^,\s]+/g)].map(
    ([whole, quoted]) => quoted?.replaceAll('""', '"') ?? whole,
  )
}
