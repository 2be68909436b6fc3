import type { TransactionOptions } from '@modkit/core'

/** How an engine begins transactions, and how it leaves them. */
export interface TransactionControl {
  /** The statements that begin one, in order. */
  begin(options: TransactionOptions): readonly string[]
  /** What restores the connection afterwards, however the transaction has ended. */
  after?(options: TransactionOptions): readonly string[]
  /** Whether there is one to be rolled back; where nothing is said, rolling back does no harm. */
  readonly isOpen?: (connection: unknown) => boolean
  /** Whether an error means that a savepoint is not there any more; where nothing is said, none goes by itself. */
  isSavepointGone?(error: unknown): boolean
}

const ISOLATIONS: readonly unknown[] = ['read uncommitted', 'read committed', 'repeatable read', 'serializable']

/** `ISOLATION LEVEL …`, or nothing. It becomes part of a statement. @throws TypeError for one that is none */
export function isolationClause({ isolation }: TransactionOptions): string | undefined {
  if (isolation === undefined) return undefined
  if (ISOLATIONS.includes(isolation)) return `ISOLATION LEVEL ${isolation.toUpperCase()}`
  throw new TypeError(`A transaction's isolation is ${ISOLATIONS.join(', ')}, and not ${String(isolation)}.`)
}
