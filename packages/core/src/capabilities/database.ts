import type { Knex } from 'knex'
import type { Logger } from '../context/logger.js'
import type { HostError } from '../errors/host-error.js'
import type { Clock } from '../time/clock.js'

/** What a database speaks. MariaDB is `mysql`. */
export type DatabaseEngine = 'sqlite' | 'postgres' | 'mysql'

/** How a transaction runs, and what ends it early. */
export interface TransactionOptions {
  readonly isolation?: 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable'
  /** Default false. On SQLite a transaction that may write takes the write lock at once. */
  readonly readOnly?: boolean
  /** When it aborts, the server ends the statement that runs, and the transaction is rolled back. */
  readonly signal?: AbortSignal | undefined
  /**
   * How many times the whole transaction is done again, after a pause that grows, where another one was in its way
   * (`DB_SERIALIZATION_FAILURE`). Default 0. Of a transaction inside another, the outermost decides.
   */
  readonly retries?: number
}

/**
 * A module's own database: Knex's query interface without the power to destroy, migrate or reach the raw connection.
 *
 * Call it with a table name: `await db('users').where({ id }).first()`.
 */
export interface Database {
  // Knex's own signature: rows of an undeclared table are whatever the query selects.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  <TRecord extends object = any>(table: string): Knex.QueryBuilder<TRecord, DatabaseRows<TRecord>>
  readonly engine: DatabaseEngine
  /** SQL with bindings, for what the query builder cannot say. Never put values into the text. */
  raw(sql: string, bindings?: readonly Knex.RawBinding[] | Readonly<Record<string, Knex.RawBinding>>): Knex.Raw
  /** Runs `work` in one transaction: commits when it resolves, rolls back when it rejects. Nested calls are savepoints. */
  transaction<T>(work: (tx: Database) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * The same database for work that ends when `signal` aborts: its queries and transactions then reject with `CANCELLED`, those
   * that wait for a connection at once, those that run as soon as the server has ended them. SQLite is synchronous: there it
   * counts before, between and while waiting for a lock. Without a signal, as where a caller gave none, it is this one.
   */
  withSignal(signal: AbortSignal | undefined): Database
}

/** What a query on a table gives by default: its rows. */
export type DatabaseRows<TRecord extends object> = TRecord[]

/** One step of a module's schema. */
export interface Migration {
  /** Unique within the module; decides the order (by code unit, so start with a number or a date). */
  readonly name: string
  /** Changes the schema. Gets Knex itself; with `transactional: false` a plain connection instead of a transaction. */
  up(trx: Knex.Transaction): Promise<unknown>
  /** Whether `up` and its history row are one transaction. Default true. */
  readonly transactional?: boolean
  /**
   * Text that stands for what the migration does; a change of it is what counts as an edit. Default: derived from `up`.
   *
   * Give one where `up` may be rewritten without doing anything else; where the text is first added nothing is reported.
   */
  readonly checksum?: string
}

/** What running the migrations of one module did. */
export interface MigrationResult {
  readonly module: string
  /** Names in the order in which they were applied. */
  readonly applied: readonly string[]
  /** Names that had been applied before. */
  readonly skipped: readonly string[]
  /** Names that are in the history and not in the program: a newer release ran. */
  readonly unknown?: readonly string[]
  readonly durationMs: number
  /** How long each of {@link applied} took, in milliseconds. */
  readonly durationsMs?: Readonly<Record<string, number>>
}

/** What a module's database says of the module's migrations. */
export interface MigrationStatus {
  /** The names of those that {@link DatabaseManager.migrate} would apply, in its order. */
  readonly pending: readonly string[]
  /** Names of those that have been changed since they were applied. */
  readonly edited: readonly string[]
  /** Names that are in the history and not in the program: a newer release ran. */
  readonly unknown: readonly string[]
  /** What {@link DatabaseManager.migrate} would reject with before it applied anything. */
  readonly problems: readonly HostError[]
}

/** What the host tells a database manager when it makes one. */
export interface DatabaseManagerContext {
  /** The `database` section of the configuration, already valid as to its shape. */
  readonly database: unknown
  /** The `database` entry of every configured module. */
  readonly modules: ReadonlyMap<string, unknown>
  /** Where a key stands, such as `app.yaml:12:5`; the nearest key above where there is none. For messages. */
  readonly originOf?: (path: string) => string | undefined
  /** The directory under which embedded databases live. */
  readonly homeDir: string
  readonly logger: Logger
  readonly clock: Clock
}

/** A module's database as its connection has it: the one merge of its section, the server that it refers to and the defaults. */
export type MergedSection = ReadonlyMap<string, MergedValue | MergedSection>

/** One setting of a merged section. */
export interface MergedValue {
  readonly value: string | number | boolean
  /** The key of the configuration that decided it, such as `database.servers.main.dsn`; absent for a default. */
  readonly from?: string
  /** Said in place of where {@link from} stands. */
  readonly origin?: string
}

/** Resolves one database per module and migrates it. Made by `@modkit/db`, or given to `createHost({ database })`. */
export interface DatabaseManager {
  /** Whether this module has a database section at all. */
  isConfigured(module: string): boolean
  /** The module's database, connected; the same one each time. `undefined` where none is configured. */
  resolve(module: string, signal: AbortSignal): Promise<Database | undefined>
  /** Runs what is not yet applied, in name order. Rejects with `MIGRATION_*` errors. */
  migrate(module: string, migrations: readonly Migration[], signal: AbortSignal): Promise<MigrationResult>
  /** Holds the migrations against the history of the module's database. Changes nothing, and creates nothing. */
  migrationStatus?(module: string, migrations: readonly Migration[], signal: AbortSignal): Promise<MigrationStatus>
  /** Closes every connection. Called once, after all modules have stopped. */
  close(): Promise<void>
}
