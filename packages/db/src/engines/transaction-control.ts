import type { TransactionOptions } from '@modkit/core'

/** Asks something on the connection of a transaction; gives what the driver answers. */
export type AskConnection = (sql: string) => Promise<unknown>

/** How an engine begins transactions, how it leaves them, and how it tells that one has not come to its end. */
export interface TransactionControl {
  /** The statements that begin one, in order. */
  begin(options: TransactionOptions): readonly string[]
  /** What restores the connection afterwards, however the transaction has ended. */
  after?(options: TransactionOptions): readonly string[]
  /** Whether there is one to be rolled back; where nothing is said, rolling back does no harm. */
  readonly isOpen?: (connection: unknown) => boolean
  /** Whether an error means that a savepoint is not there any more; where nothing is said, none goes by itself. */
  isSavepointGone?(error: unknown): boolean
  /**
   * Whether the database has rolled the whole transaction back because of this error of a statement in it, so that the next one
   * would be committed on its own; where nothing is said, it never does.
   */
  isUndone?(error: unknown, connection: unknown, ask: AskConnection): boolean | Promise<boolean>
  /** Whether what COMMIT was answered says that nothing was committed; where nothing is said, an error would. */
  isRefusal?(answer: unknown): boolean
  /** Whether COMMIT may have been done although it failed with this; where nothing is said, what fails is not done. */
  mayHaveCommitted?(error: unknown): boolean
}

const ISOLATIONS: readonly unknown[] = ['read uncommitted', 'read committed', 'repeatable read', 'serializable']

/** `ISOLATION LEVEL …`, or nothing. It becomes part of a statement. @throws TypeError for one that is none */
export function isolationClause({ isolation }: TransactionOptions): string | undefined {
  if (isolation === undefined) return undefined
  if (ISOLATIONS.includes(isolation)) return `ISOLATION LEVEL ${isolation.toUpperCase()}`
  throw new TypeError(`A transaction's isolation is ${ISOLATIONS.join(', ')}, and not ${String(isolation)}.`)
}
