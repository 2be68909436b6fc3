import type { DatabaseEngine, TransactionOptions } from '@modkit/core'
import type { Clock, Logger } from '@modkit/core'
import type { Knex } from 'knex'
import type { ConfigProblems } from '../config/config-problems.js'
import type { ConnectionFacts } from '../config/merge-connection.js'
import type { DriverFault } from '../faults/driver-fault.js'

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
  /** Whether there is anything to open; absent where only opening tells. */
  readonly exists?: () => boolean
  /**
   * Connects; the first moment at which Knex and the driver are loaded.
   *
   * @throws HostError `DB_UNAVAILABLE`
   */
  open(context: OpenContext): Promise<OpenDatabase>
}

export interface OpenContext {
  readonly logger: Logger
  readonly clock: Clock
}

/** One module's database with its connections, known to the manager alone. */
export interface OpenDatabase {
  readonly module: string
  readonly engine: DatabaseEngine
  readonly knex: Knex
  /** Whether a statement that changes the schema ends the transaction that it is in, as MySQL's do. */
  readonly commitsSchemaChanges: boolean
  /** The options of a transaction as this engine's Knex dialect understands them. */
  transactionConfig(options: TransactionOptions): Knex.TransactionConfig
  /**
   * What an error of the driver means; `undefined` for one that means nothing in particular.
   *
   * @param connection where the error came from: what it does not say itself may be asked there
   */
  faultOf(error: unknown, connection: Knex): DriverFault | undefined | Promise<DriverFault | undefined>
  /**
   * Waits for this database's migration lock, bounded, without blocking the event loop.
   *
   * @throws HostError `MIGRATION_LOCKED` naming the holder, `CANCELLED` when `signal` aborts first
   */
  lockMigrations(signal: AbortSignal): Promise<MigrationLock>
}

/** Held while one process migrates; ends with the process, however that dies. */
export interface MigrationLock {
  /** What migrations run on: no time limit ends their statements. Ends with {@link release}. */
  readonly knex: Knex
  /** @throws HostError `MIGRATION_LOCK_LOST` where somebody else may migrate by now */
  assertHeld(): Promise<void>
  release(): Promise<void>
}
