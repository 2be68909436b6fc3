import type { OperationName } from '../operations.js'

/** What a subject can be asked to do, over and over. Each call is told its number, so that all subjects do the same. */
export type OperationCalls = Readonly<Record<OperationName, (call: number) => Promise<unknown>>>

/** How many accounts a transaction reads and writes: twice as many statements, without its begin and its commit. */
export const ACCOUNTS_PER_TRANSACTION = 5
