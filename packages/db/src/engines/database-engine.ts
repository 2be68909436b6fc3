import type { DatabaseEngine } from '@modkit/core'
import type { Clock, Logger } from '@modkit/core'
import type { MergedSection } from '@modkit/core/spi'
import type { Knex } from 'knex'
import type { ConfigProblems } from '../config/config-problems.js'
import type { ConnectionFacts } from '../config/merge-connection.js'
import type { DriverFault } from '../faults/driver-fault.js'
import type { TransactionControl } from './transaction-control.js'

/** How long a host waits for another one's migrations, in milliseconds: less than a start's own deadline, so that this error speaks. */
export const LOCK_WAIT_MS = 45_000

/** What an engine brings: from the facts of a connection to an open database. One folder each; a new engine adds one. */
export interface EngineSupport {
  /** What would be opened. Pure; `undefined`, and problems, where the facts do not suit the engine. */
  plan(facts: ConnectionFacts, context: PlanContext): DatabasePlan | undefined
}

export interface PlanContext {
  readonly homeDir: string
  /** Whether directories are created on demand. */
  readonly autoProvision: boolean
  readonly problems: ConfigProblems
}

/** One module's database before it is opened. */
export interface DatabasePlan {
  readonly module: string
  readonly engine: DatabaseEngine
  /** What it is made of, as a dump shows it: secrets included. */
  readonly shown: MergedSection
  /** Whether there is anything to open; absent where only opening tells. */
  readonly exists?: () => boolean
  /**
   * Connects; the first moment at which Knex and the driver are loaded.
   *
   * @throws HostError `DB_UNAVAILABLE`
   */
  open(context: OpenContext): Promise<OpenDatabase>
}

/** What waiting for a lock needs. */
export interface LockContext extends OpenContext {
  readonly signals: readonly AbortSignal[]
}

export interface OpenContext {
  readonly logger: Logger
  readonly clock: Clock
}

/** Where something can be asked about an error: Knex, or what stands for it in a transaction. */
export interface Askable {
  raw(sql: string, bindings: readonly string[]): PromiseLike<unknown>
}

/** One module's database with its connections, known to the manager alone. */
export interface OpenDatabase {
  readonly module: string
  readonly engine: DatabaseEngine
  readonly knex: Knex
  readonly statements: StatementControl
  /** Whether a statement that changes the schema ends the transaction that it is in, as MySQL's do. */
  readonly commitsSchemaChanges: boolean
  /** Whether the database has rolled the transaction back by itself, because of this error in it. */
  readonly hasRolledBack: (error: unknown) => boolean
  readonly transactions: TransactionControl
  /**
   * What an error of the driver means; `undefined` for one that means nothing in particular.
   *
   * @param connection where the error came from: what it does not say itself may be asked there
   */
  faultOf(error: unknown, connection: Askable): DriverFault | undefined | Promise<DriverFault | undefined>
  /**
   * Waits for this database's migration lock, bounded, without blocking the event loop.
   *
   * @throws HostError `MIGRATION_LOCKED` naming the holder, `CANCELLED` when a signal aborts first
   */
  lockMigrations(signals: readonly AbortSignal[]): Promise<MigrationLock>
}

/** Power over what runs on a connection. */
export interface StatementControl {
  /** Whether a statement runs on it, or waits for its turn. */
  isBusy(connection: unknown): boolean
  /** Has the server end what runs on it at the moment; resolves when it has been told. The connection stays fit for use. */
  cancel(connection: unknown): Promise<void>
  /** Closes it at once: whoever waits for an answer on it fails. */
  abandon(connection: unknown): void
}

/** Held while one process migrates; ends with the process, however that dies. */
export interface MigrationLock {
  /** What migrations run on: no time limit ends their statements. Ends with {@link release}. */
  readonly knex: Knex
  /** @throws HostError `MIGRATION_LOCK_LOST` where somebody else may migrate by now */
  assertHeld(): Promise<void>
  release(): Promise<void>
}
