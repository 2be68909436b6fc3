export const operationNames = ['select', 'select-100', 'insert', 'transaction', 'import'] as const

export type OperationName = (typeof operationNames)[number]

/** How often a window calls an operation: so often that it lasts some hundredths of a second. */
interface Calls {
  readonly embedded: number
  readonly server: number
}

export interface Operation {
  readonly title: string
  readonly calls: Calls
  /** The calls before the first window, in which the compiler sees what is about to be measured. */
  readonly warmUp: number
  /** How many windows a round has. */
  readonly turns: number
}

export const ROWS_OF_LIST = 100

/** As many cities as the example stores in one transaction, and as many of them as go into one statement. */
export const BATCH = { cities: 500, rowsPerInsert: 250 } as const

/** What disturbs a machine comes and goes within seconds: many short windows in turn meet the same of it. */
const TURNS = 21

export const operations: Readonly<Record<OperationName, Operation>> = {
  select: { title: 'select one row', calls: { embedded: 1_500, server: 200 }, warmUp: 6_000, turns: TURNS },
  'select-100': {
    title: `select ${String(ROWS_OF_LIST)} rows`,
    calls: { embedded: 300, server: 100 },
    warmUp: 3_000,
    turns: TURNS,
  },
  insert: { title: 'insert one row', calls: { embedded: 1_200, server: 80 }, warmUp: 4_000, turns: TURNS },
  transaction: {
    title: 'transaction of ten statements',
    calls: { embedded: 150, server: 16 },
    warmUp: 500,
    turns: TURNS,
  },
  // With the warm-up, a round imports all of the 271 batches.
  import: { title: 'import of 500 cities', calls: { embedded: 21, server: 21 }, warmUp: 21, turns: 12 },
}
