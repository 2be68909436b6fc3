import type { Readable } from 'node:stream'
import type { ConnectionSource } from './cancellable-query.js'

/** What this folder uses of Knex's client, which Knex's own types leave out. */
export interface DialectClient extends ConnectionSource {
  readonly config: Readonly<Record<string, unknown>>
  readonly logger: { debug(message: unknown): void }
  readonly version?: unknown
  readonly valueForUndefined: unknown
  database(): unknown
  runner(query: unknown): KnexRunner
  query(connection: unknown, statement: Statement): Promise<unknown>
  stream(connection: unknown, statement: Statement, stream: Readable, options: unknown): Promise<unknown>
  processResponse(response: unknown): unknown
  postProcessResponse(response: unknown, context: unknown): unknown
}

export interface QueryRunner {
  run(): Promise<unknown>
  stream(...args: unknown[]): unknown
  pipe(...args: unknown[]): unknown
}

export interface KnexRunner extends QueryRunner {
  /** Where there is one, Knex takes it in place of asking the pool, and gives none back. */
  connection?: unknown
  queryArray(statements: readonly Statement[]): Promise<unknown>
}

/** A query as it was built: what Knex's runner uses of it. */
export interface BuiltQuery {
  readonly _debug?: boolean
  toSQL(): Statement | readonly Statement[]
  queryContext(): unknown
  emit(event: string, ...args: unknown[]): boolean
  listenerCount(event: string): number
}

/** What a query becomes. */
export interface Statement {
  readonly sql: string
  queryContext?: unknown
  /** What the query makes of the answer itself. */
  readonly output?: unknown
  /** In milliseconds. */
  readonly timeout?: number | false
}
