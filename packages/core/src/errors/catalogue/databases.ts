import { didYouMean } from '../nearest.js'
import { type CatalogueEntry, entry, list, type OfModule } from './entry.js'

/** A rule that a row has broken. Empty texts where the engine does not say. */
export interface OfConstraint extends OfModule {
  readonly table: string
  readonly constraint: string
}

const tableOf = ({ table, module }: { readonly table: string; readonly module: string }): string =>
  table === '' ? `a table of module "${module}"` : `"${table}" of module "${module}"`

/** What to do about a database that cannot be used. */
const databaseAdvice: Readonly<Record<string, string>> = {
  login: 'Check user and password, and that the server lets this user in from here.',
  database: 'Create the database, or correct its name: migrations make tables, no databases.',
  connections: 'Lower pool.max_conns, find out who holds the connections, or let the server take on more.',
  starting: 'Wait until the server is ready, and try again.',
  place: 'Check that the directory is there, and that this process may read and write it.',
  damaged: 'Restore the file from a backup; ".recover" of the sqlite3 tool saves what can still be read.',
  full: 'Make room on the disk. What the statement, or its transaction, had written is undone.',
  disk: 'Look for errors of the disk in the log of the system.',
}

/** Databases, their statements and their migrations. */
export const databaseErrors = {
  DB_NOT_CONFIGURED: entry<OfModule>(
    (d) => `Database is not configured for module "${d.module}".`,
    (d) => `Write modules.${d.module}.database, for example { engine: sqlite, file: ${d.module}.db }.`,
  ),
  DB_NOT_READY: entry<OfModule>(
    (d) => `Module "${d.module}" asked for its database before it was opened.`,
    () => 'Read ctx.db from init() on; constructors and preInit() run before databases are opened.',
  ),
  DB_PACKAGE_MISSING: entry<{ package: string }>(
    (d) => `A database is configured, but the package ${d.package} is not installed.`,
    (d) => `Run npm install ${d.package}.`,
  ),
  DB_CONFIG_INVALID: entry<{ section: string; reason: string; suggestions: readonly string[]; origin?: string }>(
    (d) => `The database section "${d.section}" is not legal: ${d.reason}${d.origin ? ` (${d.origin})` : ''}.`,
    (d) => didYouMean(d.suggestions) || `Correct ${d.section}.`,
  ),
  DB_CONFIG_CONFLICT: entry<{ section: string; reason: string; origin?: string }>(
    (d) => `The database section "${d.section}" contradicts itself: ${d.reason}${d.origin ? ` (${d.origin})` : ''}.`,
    (d) => `Remove one of the two from ${d.section}, or from the server that it refers to.`,
  ),
  DB_UNAVAILABLE: entry<{
    module: string
    reason: string
    /** What to do about this reason, by its name below. */ advice?: string
  }>(
    (d) => `The database of module "${d.module}" cannot be used: ${d.reason}.`,
    (d) => databaseAdvice[d.advice ?? ''] ?? 'Check that it runs and that its address is right.',
  ),
  DB_POOL_EXHAUSTED: entry<{ module: string; inUse: number; max: number }>(
    (d) =>
      `No connection to the database of module "${d.module}" became free in time; ${String(d.inUse)} of ${String(d.max)} are in use.`,
    (d) => `Hold transactions for less time, or raise pool.max_conns of modules.${d.module}.database.`,
  ),
  DB_STATEMENT_TIMEOUT: entry<OfModule>(
    (d) => `A statement of module "${d.module}" took longer than its database allows, or was ended from elsewhere.`,
    (d) => `Make it quicker, or raise params.statement_timeout of modules.${d.module}.database.`,
  ),
  DB_READ_ONLY: entry<OfModule>(
    (d) => `Module "${d.module}" may not write here: its transaction, or its database, only reads.`,
    () => 'Leave readOnly out of the transaction, or give the process the right to write the database.',
  ),
  DB_UNIQUE_VIOLATION: entry<OfConstraint & { columns: readonly string[] }>(
    (d) => `A row of ${tableOf(d)} with the same ${d.columns.join(', ') || 'key'} exists already.`,
    () => 'Look the row up, or choose other values.',
  ),
  DB_FOREIGN_KEY_VIOLATION: entry<OfConstraint>(
    (d) => `A row of ${tableOf(d)} refers to a row that is not there, or is referred to itself.`,
    () => 'Write the row that is referred to first, and delete it last.',
  ),
  DB_NOT_NULL_VIOLATION: entry<{ module: string; table: string; column: string }>(
    (d) => `A row of ${tableOf(d)} needs a value for "${d.column}".`,
    () => 'Give the column a value, or a default in a migration.',
  ),
  DB_CHECK_VIOLATION: entry<OfConstraint>(
    (d) => `A row of ${tableOf(d)} breaks the rule "${d.constraint}".`,
    () => 'Choose values that the rule allows.',
  ),
  DB_SERIALIZATION_FAILURE: entry<{ module: string; reason: string }>(
    (d) => `A transaction of module "${d.module}" gave way to another one: ${d.reason}.`,
    () => 'Do the whole transaction again: transaction(work, { retries: 3 }) does it by itself.',
  ),
  DB_HANDLE_RESTRICTED: entry<{ operation: string }>(
    (d) => `${d.operation} is not open to a module's database.`,
    () => 'Use the query builder, raw() and transaction(); migrations alone work with Knex itself.',
  ),
  DB_USED_INSIDE_TRANSACTION: entry<OfModule>(
    (d) => `Module "${d.module}" used its database inside a transaction without going through that transaction.`,
    () => 'Use the argument of the transaction callback for every query inside it.',
  ),
  DB_TRANSACTION_ENDED: entry<OfModule>(
    (d) => `Module "${d.module}" used a transaction that has already completed.`,
    () => 'Await every query inside the callback of the transaction, and do not keep its argument.',
  ),
  DB_TRANSACTION_ROLLED_BACK: entry<OfModule>(
    (d) =>
      `The database has rolled back a transaction of module "${d.module}", because one of its statements had failed.`,
    () => 'Let what a statement fails with end the callback; what may fail goes into a transaction inside of it.',
  ),
  DB_COMMIT_UNKNOWN: entry<{ module: string; reason: string }>(
    (d) =>
      `Whether a transaction of module "${d.module}" was committed is not known: its connection was lost meanwhile (${d.reason}).`,
    () => 'Look whether what it wrote is there before you do it again.',
  ),
  MIGRATION_INVALID: entry<{ module: string; migration: string; reason: string }>(
    (d) => `Migration "${d.migration}" of module "${d.module}" is not legal: ${d.reason}.`,
    () => 'Correct it; nothing was changed.',
  ),
  MIGRATION_FILES_INVALID: entry<{ file: string; reason: string }>(
    (d) => `The migration file "${d.file}" is not legal: ${d.reason}.`,
    () => 'Correct it; nothing was changed.',
  ),
  MIGRATION_FAILED: entry<{
    module: string
    migration: string
    applied: readonly string[]
    remaining: readonly string[]
    /** Whether some of what the failed migration did may have stayed, because it was committed before the end. */
    partlyApplied: boolean
    /** Since when, where an earlier run ended in the middle of it: what fails now may be what that one has left. */
    begunBefore?: string
  }>(
    (d) =>
      `Migration "${d.migration}" of module "${d.module}" failed${d.partlyApplied ? ', and part of what it did may have stayed' : ''}${d.begunBefore === undefined ? '' : `, which an earlier run had begun on ${d.begunBefore} and not finished`}; ${String(d.applied.length)} before it stay applied.`,
    (d) =>
      d.partlyApplied || d.begunBefore !== undefined
        ? 'Undo by hand what it did, mend it and start again; what was applied before is not repeated.'
        : 'Mend the migration and start again; what was applied is not repeated.',
  ),
  MIGRATION_DUPLICATE: entry<{ module: string; migration: string }>(
    (d) => `Module "${d.module}" has two migrations named "${d.migration}".`,
    () => 'Rename one of the two; nothing was changed.',
  ),
  MIGRATION_EDITED: entry<{ module: string; migration: string }>(
    (d) => `Migration "${d.migration}" of module "${d.module}" was changed after it had been applied.`,
    () => 'Restore it, and write the change as a new migration; database.migrations.edited: warn lets it pass.',
  ),
  MIGRATION_UNKNOWN: entry<{ module: string; migrations: readonly string[] }>(
    (d) =>
      `The database of module "${d.module}" has migrations that this program does not know: ${list(d.migrations)}.`,
    () => 'Run the release that brought them, or let it pass by database.migrations.unknown: warn.',
  ),
  MIGRATION_LOCKED: entry<{ module: string; holder: string; waitedMs: number }>(
    (d) => `The migrations of module "${d.module}" are locked by ${d.holder}; waited ${String(d.waitedMs)} ms.`,
    () => 'Wait until it has finished, or end that process.',
  ),
  MIGRATION_LOCK_LOST: entry<OfModule>(
    (d) =>
      `The lock on the migrations of module "${d.module}" was lost while they ran; what was not committed yet was rolled back.`,
    () => 'Start again; somebody ended the connection that held the lock.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>
