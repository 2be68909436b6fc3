import type { Cancellation } from './cancellable-query.js'
import type { OpenTransaction } from './open-transaction.js'
import type { SlowQueries } from './slow-queries.js'

/** Stands around each query of a handle. */
export interface QueryGate {
  /** Throws where the query must not run. */
  readonly enter: () => void
  /** Rejects with what the module is to catch in place of an error of the driver. */
  readonly fail: (error: unknown) => Promise<never>
  /** Absent where nobody wants to know. */
  readonly slow?: SlowQueries | undefined
  /** Absent where no signal ends queries. */
  readonly cancellation?: Cancellation | undefined
  /** Of the transaction that the handle belongs to: its queries run there, and give nothing back. */
  readonly connection?: unknown
  /** In which its queries take turns. Absent outside of one, and where something is asked about one of them that has failed. */
  readonly transaction?: OpenTransaction | undefined
}
