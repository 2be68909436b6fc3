import type { Clock, Logger } from '@modkit/core'

/** Whom slow queries are told to. */
export interface SlowQueries {
  /** From how many milliseconds on a query is slow; 0 for never. */
  readonly fromMs: number
  readonly clock: Clock
  /** Of the module. */
  readonly logger: Logger
}

/** A query of Knex that can be written down. */
interface Writable {
  toSQL(): { readonly sql: string } | readonly { readonly sql: string }[]
}

/** Tells of a query that took long: what it was, with places for its values and without them. */
export function tellIfSlow(query: unknown, startedAtMs: number, { fromMs, clock, logger }: SlowQueries): void {
  const durationMs = clock.monotonic() - startedAtMs
  if (durationMs < fromMs) return
  const statements = [(query as Writable).toSQL()].flat()
  logger.warn('Slow query', { durationMs: Math.round(durationMs), sql: statements.map(({ sql }) => sql).join('; ') })
}
