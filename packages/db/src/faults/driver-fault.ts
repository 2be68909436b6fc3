import { HostError } from '@modkit/core'

/** What an engine's driver has said, in the words that all engines share. */
export type DriverFault =
  | {
      readonly kind: 'unique'
      readonly table?: string
      readonly constraint?: string
      readonly columns: readonly string[]
    }
  | { readonly kind: 'foreign-key'; readonly table?: string; readonly constraint?: string }
  | { readonly kind: 'not-null'; readonly table?: string; readonly column: string }
  | { readonly kind: 'check'; readonly table?: string; readonly constraint?: string }
  /** Another transaction was in the way: the same work may succeed when it is done again. */
  | { readonly kind: 'serialization'; readonly reason: string }
  /** Its transaction cannot be committed any more, because another statement of it has failed. */
  | { readonly kind: 'rolled-back' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'read-only' }
  | { readonly kind: 'pool'; readonly inUse: number; readonly max: number }
  /** `advice` names what to do about it in the catalogue, where that is more than to look whether it runs. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly advice?: string }

/** The error that a module's code catches; the driver's own is its cause. */
export function faultError(module: string, fault: DriverFault, cause: unknown): HostError {
  const options = { cause }
  switch (fault.kind) {
    case 'unique': {
      const { table = '', constraint = '', columns } = fault
      return new HostError('DB_UNIQUE_VIOLATION', { module, table, constraint, columns }, options)
    }
    case 'foreign-key':
      return new HostError('DB_FOREIGN_KEY_VIOLATION', { module, ...placeOf(fault) }, options)
    case 'not-null':
      return new HostError('DB_NOT_NULL_VIOLATION', { module, table: fault.table ?? '', column: fault.column }, options)
    case 'check':
      return new HostError('DB_CHECK_VIOLATION', { module, ...placeOf(fault) }, options)
    case 'serialization':
      return new HostError('DB_SERIALIZATION_FAILURE', { module, reason: fault.reason }, options)
    case 'rolled-back':
      return new HostError('DB_TRANSACTION_ROLLED_BACK', { module }, options)
    case 'timeout':
      return new HostError('DB_STATEMENT_TIMEOUT', { module }, options)
    case 'read-only':
      return new HostError('DB_READ_ONLY', { module }, options)
    case 'pool':
      return new HostError('DB_POOL_EXHAUSTED', { module, inUse: fault.inUse, max: fault.max }, options)
    case 'unavailable':
      return unavailable({ module, reason: fault.reason, advice: fault.advice }, cause)
  }
}

interface Unavailable {
  readonly module: string
  readonly reason: string
  readonly advice: string | undefined
}

/** The error of a database that cannot be used at the moment. */
export function unavailable({ module, reason, advice }: Unavailable, cause: unknown): HostError {
  return new HostError('DB_UNAVAILABLE', { module, reason, ...(advice !== undefined && { advice }) }, { cause })
}

function placeOf({ table = '', constraint = '' }: { readonly table?: string; readonly constraint?: string }) {
  return { table, constraint }
}
