import { type Clock, type Database, HostError, isHostError, type Logger, type Migration } from '@modkit/core'
import {
  type DatabaseManager,
  type DatabaseManagerContext,
  messageOf,
  type MigrationResult,
  type MigrationStatus,
  settleWithin,
} from '@modkit/core/spi'
import type { MigrationPolicy } from './config/migration-policy.js'
import { type ResolvedDatabases, resolveDatabases } from './config/resolve-databases.js'
import { connectionsInUse } from './engines/connections-in-use.js'
import type { DatabasePlan, MigrationLock, OpenDatabase } from './engines/database-engine.js'
import { abortable } from './cancellation/abortable.js'
import { endStatements } from './cancellation/end-statements.js'
import { databaseHandle, type HandleSurroundings } from './handle/database-handle.js'
import { translate } from './faults/translate.js'
import { MigrationHistory } from './migrations/migration-history.js'
import { orderedMigrations } from './migrations/migration-list.js'
import { migrationStatus } from './migrations/migration-status.js'
import { type MigrationOutcome, runMigrations } from './migrations/run-migrations.js'

/** How long queries that still run have when their database is closed, before the server is told to end them, in milliseconds. */
const LAST_QUERIES_MS = 1_500
/** How long closing takes at most. */
const CLOSE_DEADLINE_MS = 5_000

/**
 * The database manager of a host. Nothing is opened, and neither Knex nor a driver loaded, before a module's database is
 * first asked for.
 *
 * @throws HostError `CONFIG_INVALID` with every problem of all database sections
 */
export function createDatabaseManager(context: DatabaseManagerContext): DatabaseManager {
  return new KnexDatabaseManager(resolveDatabases(context), context)
}

/** A database and the handle on it that the module is given. */
interface Served {
  readonly database: OpenDatabase
  readonly handle: Database
}

class KnexDatabaseManager implements DatabaseManager {
  readonly #plans: ReadonlyMap<string, DatabasePlan>
  readonly #policy: MigrationPolicy
  readonly #slowQueryMs: number
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #served = new Map<string, Promise<Served>>()
  /** Aborts when the databases are closed: nobody waits for a migration any longer. */
  readonly #closed = new AbortController()
  #closing: Promise<void> | undefined

  constructor({ plans, policy, slowQueryMs }: ResolvedDatabases, { logger, clock }: DatabaseManagerContext) {
    this.#plans = plans
    this.#policy = policy
    this.#slowQueryMs = slowQueryMs
    this.#logger = logger
    this.#clock = clock
  }

  isConfigured(module: string): boolean {
    return this.#plans.has(module)
  }

  async resolve(module: string, signal: AbortSignal): Promise<Database | undefined> {
    const plan = this.#plans.get(module)
    if (!plan) return undefined
    const operation = `Opening the database of module "${module}"`
    const { handle } = await abortable(this.#serve(plan), { operation, signals: [signal] })
    return handle
  }

  async migrate(module: string, migrations: readonly Migration[], signal: AbortSignal): Promise<MigrationResult> {
    const startedAt = this.#clock.monotonic()
    const ordered = orderedMigrations(module, migrations)
    const outcome = ordered.length === 0 ? this.#nothingToRun(module) : await this.#run(module, ordered, signal)
    return { module, ...outcome, durationMs: this.#clock.monotonic() - startedAt }
  }

  async migrationStatus(
    module: string,
    migrations: readonly Migration[],
    signal: AbortSignal,
  ): Promise<MigrationStatus> {
    const ordered = orderedMigrations(module, migrations)
    const plan = this.#plans.get(module)
    if (!plan) throw new HostError('DB_NOT_CONFIGURED', { module })
    const policy = this.#policy
    // Opening would make what is not there.
    if (plan.exists?.() === false) return migrationStatus(ordered, { module, known: new Map(), policy })
    const operation = `Reading the migrations of module "${module}"`
    const history = new MigrationHistory(module)
    const reading = this.#serve(plan).then(({ database }) => history.appliedIfAny(database.knex))
    const known = await abortable(reading, { operation, signals: [signal] })
    return migrationStatus(ordered, { module, known, policy })
  }

  close(): Promise<void> {
    this.#closed.abort(new Error('The host closes its databases.'))
    this.#closing ??= this.#closeAll()
    return this.#closing
  }

  #nothingToRun(module: string): MigrationOutcome {
    this.#logger.debug('No migrations to run', { module })
    return { applied: [], skipped: [], unknown: [], durationsMs: {} }
  }

  async #run(module: string, migrations: readonly Migration[], signal: AbortSignal): Promise<MigrationOutcome> {
    const plan = this.#plans.get(module)
    if (!plan) throw new HostError('DB_NOT_CONFIGURED', { module })
    const operation = `Opening the database of module "${module}"`
    const { database } = await abortable(this.#serve(plan), { operation, signals: [signal] })
    this.#logger.debug('Running DB migrations', { module, count: migrations.length })
    const signals = [signal, this.#closed.signal]
    const lock = await lockMigrations(database, signals)
    try {
      const surroundings = { clock: this.#clock, logger: this.#logger, policy: this.#policy }
      const outcome = await runMigrations(database, { migrations, lock, signals, ...surroundings })
      const { applied, skipped } = outcome
      this.#logger.info('DB migrations completed', { module, applied: applied.length, skipped: skipped.length })
      return outcome
    } catch (error) {
      // What went wrong around the migrations, such as a full disk at the history's table.
      throw await translate(error, database, lock.knex)
    } finally {
      await lock.release()
    }
  }

  /** Opens the database once for all who ask; a failure is not kept, so that the next one tries anew. */
  #serve(plan: DatabasePlan): Promise<Served> {
    const { module } = plan
    if (this.#closing) {
      return Promise.reject(new HostError('DB_UNAVAILABLE', { module, reason: 'the host has closed its databases' }))
    }
    const known = this.#served.get(module)
    if (known) return known
    const opening = plan
      .open({ logger: this.#logger.child({ module }), clock: this.#clock })
      .then((database) => ({ database, handle: databaseHandle(database, this.#surroundings(module)) }))
    this.#served.set(module, opening)
    opening.catch(() => this.#served.delete(module))
    return opening
  }

  #surroundings(module: string): HandleSurroundings {
    const clock = this.#clock
    const slow = { fromMs: this.#slowQueryMs, clock, logger: this.#logger.child({ module }) }
    return { retrying: { clock, random: Math.random }, slow: slow.fromMs > 0 ? slow : undefined }
  }

  async #closeAll(): Promise<void> {
    await Promise.all([...this.#served].map(([module, served]) => this.#closeOne(module, served)))
  }

  /** Never rejects: a database that cannot be closed must not keep the others open. */
  async #closeOne(module: string, served: Promise<Served>): Promise<void> {
    const closing = served.then(
      ({ database }) => this.#destroy(database),
      // What failed to open has told whoever asked for it, and holds nothing.
      () => undefined,
    )
    const operation = `Closing the database of module "${module}"`
    const outcome = await settleWithin(closing, { operation, clock: this.#clock, afterMs: CLOSE_DEADLINE_MS })
    if (outcome.kind !== 'done') {
      this.#logger.warn('Database was not closed', { module, reason: messageOf(outcome.error) })
    }
  }

  /** Knex waits for queries that run; what takes too long for that has nobody left who needs it. */
  async #destroy({ knex, statements: control }: OpenDatabase): Promise<void> {
    const clock = this.#clock
    const destroying = knex.destroy()
    const waiting = await settleWithin(destroying, { operation: 'Closing', clock, afterMs: LAST_QUERIES_MS })
    if (waiting.kind === 'exceeded') await endStatements({ control, clock, connections: () => connectionsInUse(knex) })
    await destroying
  }
}

async function lockMigrations(database: OpenDatabase, signals: readonly AbortSignal[]): Promise<MigrationLock> {
  try {
    return await database.lockMigrations(signals)
  } catch (error) {
    if (isHostError(error)) throw error
    const reason = `its migrations cannot be locked: ${messageOf(error)}`
    throw new HostError('DB_UNAVAILABLE', { module: database.module, reason }, { cause: error })
  }
}
