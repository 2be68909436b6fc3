import type { ErrorText, HostError } from './host-error.js'
import { didYouMean } from './nearest.js'

/** One code of the catalogue: how its details become a message and a hint. */
interface CatalogueEntry<D> {
  describe(details: D): ErrorText
}

/** @param hint what to do next; starts with a verb */
function entry<D>(message: (details: D) => string, hint: (details: D) => string): CatalogueEntry<D> {
  return { describe: (details) => ({ message: message(details), hint: hint(details).trim() }) }
}

function lastWords(lines: readonly string[]): string {
  return lines.length === 0 ? '' : ` It wrote last:${lines.map((line) => `\n  | ${line}`).join('')}`
}

/** Whether a line says more than where in the code something happened. */
function isNoFrame(line: string): boolean {
  return !/^\s+at /.test(line)
}

/** How many names a message lists before it only counts the rest. */
const MAX_LISTED = 12

function inScope(scope: string | undefined): string {
  return scope === undefined ? '' : ` in scope "${scope}"`
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, MAX_LISTED).map((name) => `"${name}"`)
  return shown.join(', ') + (names.length > MAX_LISTED ? ` and ${String(names.length - MAX_LISTED)} more` : '')
}

const path = (names: readonly string[]): string => names.join(' -> ')

interface OfModule {
  readonly module: string
}

/** A call that ended with a status of gRPC behind which is none of our errors. */
interface GrpcCallFailure {
  readonly client: string
  readonly path: string
  /** The name of the status: `NOT_FOUND`. */
  readonly status: string
  /** What the service says. */
  readonly reason: string
  /** The code of the error and who defines it, from a `google.rpc.ErrorInfo`. */
  readonly error?: { readonly reason: string; readonly domain: string }
  readonly violations?: readonly { readonly field: string; readonly description: string }[]
  readonly retryAfterMs?: number
  /** Under what the log of the service knows the failure. */
  readonly traceId?: string
}

/** A rule that a row has broken. Empty texts where the engine does not say. */
interface OfConstraint extends OfModule {
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

/** Words that come from elsewhere, as part of a sentence of ours. */
function withoutStop(words: readonly string[]): string {
  return words.join(' ').replace(/\.$/, '')
}

/**
 * Every error of the runtime. The page `docs/errors.md` lists the same codes, and a test holds the two together.
 *
 * Messages are sentences that name who and what; hints start with a verb.
 */
export const catalogue = {
  // Declaring a module
  MODULE_NAME_INVALID: entry<{ name: string; reason: string; suggestion?: string }>(
    (d) => `The module name "${d.name}" is not legal: ${d.reason}.`,
    (d) => (d.suggestion ? `Write "${d.suggestion}" instead.` : 'Write a kebab-case name such as "user-profile".'),
  ),
  MODULE_OPTION_INVALID: entry<{ module: string; option: string; reason: string; suggestions: readonly string[] }>(
    (d) => `The option "${d.option}" of module "${d.module}" is not legal: ${d.reason}.`,
    (d) => didYouMean(d.suggestions) || 'Correct the argument of @Module or defineModule.',
  ),
  CAPABILITY_UNKNOWN: entry<{
    module: string
    capability: string
    suggestions: readonly string[]
    known: readonly string[]
  }>(
    (d) => `Module "${d.module}" declares the capability "${d.capability}", which does not exist.`,
    (d) => `${didYouMean(d.suggestions)} Choose from ${list(d.known)}.`,
  ),
  CAPABILITY_DUPLICATE: entry<{ module: string; capability: string }>(
    (d) => `Module "${d.module}" declares the capability "${d.capability}" twice.`,
    () => 'Remove one of the two.',
  ),
  DEPENDENCY_UNDEFINED: entry<{ module: string; index: number }>(
    (d) => `Entry ${String(d.index)} of the deps of module "${d.module}" is undefined.`,
    () =>
      'Name the dependency by its string: the class was not yet defined when the decorator ran, which is what an import cycle or a barrel file does.',
  ),
  LIFECYCLE_REQUIRES_STATEFUL: entry<OfModule>(
    (d) => `Module "${d.module}" has a lifecycle but not the capability "stateful", so its entry would never run.`,
    () => 'Add "stateful" to its capabilities, or remove the lifecycle.',
  ),
  DURATION_INVALID: entry<{ where: string; value: string }>(
    (d) => `"${d.value}" is not a duration (${d.where}).`,
    () => 'Write an integer with a unit, such as "500ms", "45s", "2m" or "1h", or a number of milliseconds.',
  ),

  // Building the registry
  REGISTRY_INVALID: entry<{ problems: readonly HostError[] }>(
    (d) =>
      `The modules do not fit together: ${String(d.problems.length)} problem${d.problems.length === 1 ? '' : 's'}.\n` +
      d.problems.map((problem) => `  - ${problem.message} ${problem.hint ?? ''}`).join('\n'),
    () => 'Correct all of them; they were found in one pass.',
  ),
  NOT_SCANNED: entry<undefined>(
    () => 'The registry is not known yet, because the host finds its modules by scanning files when it starts.',
    () => 'Read it after start(), or give the modules as a list.',
  ),
  SCAN_FAILED: entry<{ file: string; reason: string }>(
    (d) => `The module file "${d.file}" could not be imported: ${d.reason}.`,
    () => 'Correct the file, or narrow the scan pattern so that it is not matched.',
  ),
  SCAN_EMPTY: entry<{ patterns: readonly string[]; directory: string }>(
    (d) => `The patterns ${list(d.patterns)} match no file with a module under "${d.directory}".`,
    () => 'Correct the pattern, or give the modules as a list: createHost({ modules: [...] }).',
  ),
  MODULE_NOT_DECORATED: entry<{ class: string; usedBy?: string }>(
    (d) => `The class "${d.class}"${d.usedBy ? `, a dependency of "${d.usedBy}",` : ''} is not a module.`,
    () => 'Put @Module({ name: ... }) on it, or pass it through defineModule().',
  ),
  MODULE_DUPLICATE: entry<OfModule & { classes: readonly string[] }>(
    (d) =>
      `Module "${d.module}" is already registered: ${d.classes.map((c) => `class ${c}`).join(' and ')} bear the same name.`,
    () => 'Rename one of the two.',
  ),
  DEPENDENCY_UNKNOWN: entry<{
    module: string
    dependency: string
    suggestions: readonly string[]
    known: readonly string[]
    disabled?: boolean
  }>(
    (d) =>
      `Module "${d.module}" depends on "${d.dependency}", which ${d.disabled ? 'is disabled' : 'this host does not have'}.`,
    (d) =>
      d.disabled
        ? `Remove "enabled: false" from modules.${d.dependency}, or write "${d.dependency}?" to make the dependency optional.`
        : `${didYouMean(d.suggestions)} Add the module to the host or correct the name. This host has ${list(d.known)}.`,
  ),
  DEPENDENCY_CYCLE: entry<{ path: readonly string[] }>(
    (d) => `The modules depend on each other in a circle: ${path(d.path)}.`,
    () => 'Remove one of these dependencies: let one side look the other up in the ClientHub when it is first needed.',
  ),
  SYSTEM_DEPENDS_ON_USER: entry<{ module: string; dependency: string }>(
    (d) =>
      `The system module "${d.module}" depends on "${d.dependency}", which is not one; it would start before its dependency.`,
    (d) => `Give "${d.dependency}" the capability "system", or take it away from "${d.module}".`,
  ),
  CAPABILITY_NOT_IMPLEMENTED: entry<{ module: string; capability: string; missing: readonly string[] }>(
    (d) =>
      `Module "${d.module}" declares the capability "${d.capability}" without the method${d.missing.length === 1 ? '' : 's'} ${list(d.missing)}.`,
    (d) =>
      `Implement ${list(d.missing)} as ${d.missing.length === 1 ? 'a method' : 'methods'} of the class, not as ${d.missing.length === 1 ? 'a property' : 'properties'}; or remove "${d.capability}" from its capabilities.`,
  ),
  MULTIPLE_REST_HOSTS: entry<{ modules: readonly string[] }>(
    (d) => `Multiple REST host modules detected: ${list(d.modules)}.`,
    () => 'Keep one module with the capability "rest_host".',
  ),
  MULTIPLE_GRPC_HUBS: entry<{ modules: readonly string[] }>(
    (d) => `Multiple gRPC hub modules detected: ${list(d.modules)}.`,
    () => 'Keep one module with the capability "grpc_hub".',
  ),
  REST_REQUIRES_HOST: entry<{ modules: readonly string[] }>(
    (d) =>
      `The modules ${list(d.modules)} have REST routes, but no module of this host has the capability "rest_host".`,
    () => 'Add ApiGateway of @modkit/gateway to the modules.',
  ),
  GRPC_REQUIRES_HUB: entry<{ modules: readonly string[] }>(
    (d) =>
      `The modules ${list(d.modules)} have gRPC services, but no module of this host has the capability "grpc_hub".`,
    () => 'Add GrpcHub of @modkit/grpc to the modules.',
  ),
  CORE_COPIES_INCOMPATIBLE: entry<{ copies: readonly { version: string; path: string }[] }>(
    (d) =>
      `Copies of @modkit/core that do not understand each other are loaded: ${d.copies.map((c) => `${c.version} at ${c.path}`).join(', ')}.`,
    () => 'Make every package use one version: npm ls @modkit/core shows who asks for which.',
  ),

  HOST_OPTION_INVALID: entry<{ option: string; reason?: string; suggestions: readonly string[] }>(
    (d) =>
      d.reason
        ? `The option "${d.option}" of the host is not legal: ${d.reason}.`
        : `The host has no option "${d.option}".`,
    (d) =>
      didYouMean(d.suggestions) ||
      (d.reason
        ? 'Correct it in the argument of createHost().'
        : 'Remove it from the argument of createHost(); its options stand in the type HostOptions.'),
  ),
  HOST_OPTIONS_INVALID: entry<{ problems: readonly HostError[] }>(
    (d) =>
      `The options of the host have ${String(d.problems.length)} problems:\n` +
      d.problems.map((problem) => `  - ${problem.message} ${problem.hint ?? ''}`).join('\n'),
    () => 'Correct all of them; they were found in one pass.',
  ),

  // Building objects
  PROVIDER_INVALID: entry<{ module: string; provider: string; reason: string }>(
    (d) => `The provider ${d.provider} of module "${d.module}" is not legal: ${d.reason}.`,
    () => 'List a class, or { provide, useClass | useValue | useFactory | useExisting }.',
  ),
  PROVIDER_NOT_FOUND: entry<{ module: string; token: string; path: readonly string[]; suggestions: readonly string[] }>(
    (d) => `Module "${d.module}" has no provider for ${d.token} (asked for by ${path(d.path)}).`,
    (d) => `${didYouMean(d.suggestions)} Add ${d.token} to the providers of "${d.module}".`,
  ),
  PROVIDER_MUST_BE_SYNC: entry<{ module: string; token: string }>(
    (d) => `The factory of ${d.token} in module "${d.module}" returned a promise; providers are built synchronously.`,
    () => "Return an object that connects later, and await it in the module's init() or start().",
  ),
  INJECTION_CYCLE: entry<{ module: string; path: readonly string[] }>(
    (d) => `The providers of module "${d.module}" need each other in a circle: ${path(d.path)}.`,
    () => 'Break the circle: move what both need into a third provider, or pass it as an argument of a method.',
  ),
  TOKEN_INVALID: entry<{ by: string; token: string }>(
    (d) =>
      `${d.by} was given ${d.token}, which is no token` +
      (d.token === 'undefined'
        ? ': what it names was not yet defined when it was read, which is what an import cycle or a barrel file does.'
        : '.'),
    (d) =>
      d.token === 'undefined'
        ? 'Break the circle: import the class from its own file, or name the value by an injectionToken() in a file of its own.'
        : 'Give a class, an injection token, a symbol, or a text that is not empty.',
  ),
  INJECT_OUTSIDE_CONSTRUCTION: entry<{ token: string }>(
    (d) => `inject(${d.token}) was called while no provider or module was being constructed.`,
    () =>
      'Call inject() in a field initialiser or a constructor of a class that the host builds; keep the result for later.',
  ),

  // Running phases
  PHASE_FAILED: entry<{ phase: string; module: string; step?: string }>(
    (d) => `Module "${d.module}" failed in phase "${d.phase}"${d.step ? ` (${d.step})` : ''}.`,
    () => 'Read the cause below.',
  ),
  HOOK_MUST_BE_SYNC: entry<{ module: string; hook: string }>(
    (d) => `${d.hook}() of module "${d.module}" returned a promise, but this hook is synchronous.`,
    () => 'Move what has to be awaited into init() or start().',
  ),
  DEADLINE_EXCEEDED: entry<{ operation: string; afterMs: number }>(
    (d) => `${d.operation} did not finish within ${String(d.afterMs)} ms.`,
    () => 'Find out what it waits for, or raise the deadline.',
  ),
  CANCELLED: entry<{ operation: string; abandoned?: string }>(
    (d) => `${d.operation} was cancelled${d.abandoned ? `; ${d.abandoned} did not react and was left behind` : ''}.`,
    () => 'Look for who aborted the signal, unless you asked for it.',
  ),
  ALREADY_STARTED: entry<{ what: string; state: string }>(
    (d) => `${d.what} was already started; it is ${d.state}.`,
    () => 'Create a new one: a host lives once.',
  ),
  TASK_ENDED_EARLY: entry<OfModule>(
    (d) => `The background task of module "${d.module}" ended before it was ready.`,
    () => 'Call ready() as soon as it does its work, or remove awaitReady from the lifecycle.',
  ),
  MODULE_NOT_FOUND: entry<{ module: string; reason: string }>(
    (d) => `This host has no instance of module "${d.module}": ${d.reason}.`,
    () => 'Ask for it after start(), and only where it runs in this process.',
  ),
  BIND_FAILED: entry<{ address: string; reason: string }>(
    (d) => `The address ${d.address} could not be bound: ${d.reason}.`,
    () => 'Stop what uses it, or configure another address; port 0 takes any free one.',
  ),
  MODULE_UNAVAILABLE: entry<OfModule>(
    (d) => `The optional module "${d.module}" failed and does not serve.`,
    () => 'Read its error in the log of the start.',
  ),

  // Clients
  CLIENT_NOT_FOUND: entry<{ client: string; scope?: string; provider?: string; suggestions: readonly string[] }>(
    (d) => `No client "${d.client}" is registered${inScope(d.scope)}.`,
    (d) =>
      d.provider === undefined
        ? `${didYouMean(d.suggestions)} Name the module that provides it in your deps, so that it registers first.`
        : `Name "${d.provider}" in your deps: it runs in this process and provides it, but has not registered it yet.`,
  ),
  CLIENT_NOT_PROVIDED: entry<{ module: string; client: string }>(
    (d) => `Module "${d.module}" says that it provides the client "${d.client}", but its init did not register it.`,
    () => 'Call ctx.clients.register(key, implementation) in init(), or remove the key from provides.',
  ),
  CLIENT_UNAVAILABLE: entry<{ client: string; module?: string; reason?: string }>(
    (d) =>
      d.module === undefined
        ? `The client "${d.client}" is unavailable: ${d.reason ?? 'it cannot be reached'}.`
        : `The client "${d.client}" is unavailable, because the optional module "${d.module}" failed.`,
    (d) =>
      d.module === undefined
        ? 'Try again later, or do without it; check that the module that provides it runs.'
        : `Do without it, or mend module "${d.module}"; its error is in the log of the start.`,
  ),
  CLIENT_KEY_INVALID: entry<{ name: string }>(
    (d) => `"${d.name}" is not a name for a client key.`,
    () => "Name the key with a text that is not empty, such as clientKey<Users>('users').",
  ),
  PLUGIN_NOT_FOUND: entry<{ vendor: string; vendors: readonly string[] }>(
    (d) => `No plugin of vendor "${d.vendor}" is registered.`,
    (d) => `Install one, or configure one of the vendors that are there: ${list(d.vendors)}.`,
  ),
  PLUGIN_INVALID: entry<{ id: string; reason: string }>(
    (d) => `The plugin instance "${d.id}" is not legal: ${d.reason}.`,
    () => 'Correct the record that the plugin registers in its init().',
  ),
  REMOTE_CLIENTS_ALREADY_SET: entry<undefined>(
    () => 'This host has a source of remote clients already.',
    () => 'Install one per host; GrpcHub of @modkit/grpc brings its own.',
  ),
  GRPC_INSTALLERS_ALREADY_SET: entry<undefined>(
    () => 'The gRPC installers are already initialized.',
    () => 'Set them once per host; the grpc phase does it.',
  ),

  // Configuration
  CONFIG_INVALID: entry<{ problems: readonly HostError[] }>(
    (d) =>
      `The configuration has ${String(d.problems.length)} problem${d.problems.length === 1 ? '' : 's'}.\n` +
      d.problems.map((problem) => `  - ${problem.message} ${problem.hint ?? ''}`).join('\n'),
    () => 'Correct all of them; they were found in one pass.',
  ),
  CONFIG_VALUE_INVALID: entry<{ path: string; reason: string; origin: string; suggestions: readonly string[] }>(
    (d) => `${d.path ? `"${d.path}"` : 'The configuration'} ${d.reason} (${d.origin}).`,
    (d) => didYouMean(d.suggestions) || 'Correct the value where it is set.',
  ),
  CONFIG_FILE_NOT_FOUND: entry<{ file: string }>(
    (d) => `The configuration file does not exist: ${d.file}.`,
    () => 'Correct the path; a relative one starts at the current directory.',
  ),
  MODULE_CONFIG_INVALID: entry<{
    module: string
    problem: 'structure' | 'schema'
    issues: readonly { path: string; message: string; origin: string }[]
  }>(
    (d) =>
      d.problem === 'structure'
        ? `The configuration of module "${d.module}" must be an object (${d.issues.map(({ origin }) => origin).join(', ')}).`
        : `The configuration of module "${d.module}" does not fit its schema: ` +
          d.issues.map(({ path, message, origin }) => `${path ? `${path}: ` : ''}${message} (${origin})`).join('; '),
    (d) => `Correct modules.${d.module}.config.`,
  ),
  MODULE_CONFIG_MISSING: entry<{ module: string; missing: 'module' | 'config' }>(
    (d) =>
      d.missing === 'module'
        ? `The configuration has no section for module "${d.module}".`
        : `The section of module "${d.module}" in the configuration has no "config".`,
    (d) => `Write modules.${d.module}.config.`,
  ),
  SCHEMA_MUST_BE_SYNC: entry<{ where: string }>(
    (d) => `The schema of ${d.where} validates asynchronously.`,
    () => 'Use a schema without asynchronous checks.',
  ),

  // Databases
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

  // REST
  ROUTE_CONFLICT: entry<{ route: string; modules: readonly string[]; reason: string }>(
    (d) => `The route ${d.route} is claimed twice, by ${list(d.modules)}: ${d.reason}.`,
    () => 'Change what the two share: the path, the method or the operationId of one of them.',
  ),
  OPERATION_INCOMPLETE: entry<{ route: string; module: string; missing: string }>(
    (d) => `The operation ${d.route} of module "${d.module}" is not complete: ${d.missing}.`,
    () => 'Finish the chain with what is missing.',
  ),
  ROUTE_SCHEMA_UNSUPPORTED: entry<{ route: string; field: string; reason: string }>(
    (d) => `The operation ${d.route} has a schema with no JSON form (${d.field}): ${d.reason}.`,
    () => 'Use a type that JSON has, for example an ISO text instead of a date.',
  ),
  ROUTE_INVALID: entry<{ route: string; module: string; reason: string }>(
    (d) => `The operation ${d.route} of module "${d.module}" is not legal: ${d.reason}.`,
    () => 'Correct the path or the schema.',
  ),
  ROUTES_INVALID: entry<{ problems: readonly HostError[] }>(
    (d) =>
      `The operations do not fit together: ${String(d.problems.length)} problems.\n` +
      d.problems.map((problem) => `  - ${problem.message} ${problem.hint ?? ''}`).join('\n'),
    () => 'Correct all of them; they were found in one pass.',
  ),
  RESPONSE_INVALID: entry<{ route: string; module: string; status: number; reason: string }>(
    (d) => `The answer ${String(d.status)} of operation ${d.route} (module "${d.module}") cannot be sent: ${d.reason}.`,
    () => 'Make the handler return what the operation declares, or declare what it returns.',
  ),
  AUTHENTICATOR_MISSING: entry<{ operations: readonly string[] }>(
    (d) => `The operations ${list(d.operations)} are authenticated, but no module provides an authenticator.`,
    () =>
      'Add JwtAuth of @modkit/gateway to the modules and configure modules.jwt-auth.config, or while developing ' +
      'InsecureDevAuth, which lets everybody in; or register an authenticator of your own under authenticatorKey in ' +
      'init(), or declare the operations public().',
  ),
  AUTHENTICATOR_DUPLICATE: entry<{ module: string }>(
    (d) => `Module "${d.module}" would replace an authenticator that is registered already.`,
    () =>
      'Keep one of the two among the modules of the host. One of your own that wraps this one depends on its module, ' +
      'and registers itself afterwards.',
  ),
  AUTHENTICATOR_INSECURE: entry<{ module: string }>(
    (d) => `Module "${d.module}" lets everybody in without proof, and NODE_ENV is "production".`,
    (d) =>
      'Use JwtAuth or an authenticator of your own. If this is what you want, write ' +
      `modules.${d.module}.config.i_know_this_is_insecure: true.`,
  ),
  JWKS_UNAVAILABLE: entry<{ source: string; reason: string }>(
    (d) => `The keys that tokens are checked with cannot be had from ${d.source}: ${d.reason}.`,
    () => 'Make it answer with a JSON Web Key Set, or correct jwks_uri or jwks_file of modules.jwt-auth.config.',
  ),

  // gRPC
  GRPC_SERVICE_DUPLICATE: entry<{ service: string; modules: readonly string[] }>(
    (d) => `Duplicate gRPC service name: "${d.service}" is offered by ${list(d.modules)}.`,
    () => 'Rename one of the two services.',
  ),
  GRPC_SERVICE_INVALID: entry<{ service: string; module?: string; reason: string }>(
    (d) =>
      `The gRPC service "${d.service}"${d.module === undefined ? '' : ` of module "${d.module}"`} is not legal: ${d.reason}.`,
    () => 'Correct the proto file, the service name or the implementation.',
  ),
  GRPC_MESSAGE_INVALID: entry<{ path: string; reason: string }>(
    (d) => `A request of ${d.path} does not fit its message: ${d.reason}.`,
    () => 'Correct the request; the proto file says what the message looks like.',
  ),
  GRPC_CALL_FAILED: entry<GrpcCallFailure>(
    (d) => `The call ${d.path} failed with ${d.status}${d.reason === '' ? '' : `: ${withoutStop([d.reason])}`}.`,
    (d) =>
      d.traceId === undefined
        ? 'Look at what the service says of this status.'
        : `Look for the trace id ${d.traceId} in the log of the service.`,
  ),
  CALLER_NOT_VOUCHED: entry<{ reason: string }>(
    (d) => `The call names a caller that nobody vouches for: ${d.reason}.`,
    () => 'Call through a client of the host, which signs for its callers, or send a token in "authorization".',
  ),
  CALLER_UNKNOWN: entry<{ method: string; reason: string }>(
    (d) => `The call ${d.method} needs a caller that is known: ${d.reason}.`,
    () => 'Send a token that the authenticator of the host accepts, once, in "authorization".',
  ),
  CALLER_UNSENDABLE: entry<{ reason: string }>(
    (d) => `Who is calling cannot be told to another process: ${d.reason}.`,
    () => 'Let the authenticator keep fewer claims, of kinds that JSON has.',
  ),
  AUTHENTICATOR_UNAVAILABLE: entry<{ method: string }>(
    (d) => `Nobody can tell just now who makes the call ${d.method}.`,
    () => 'Try again later; the cause is in the log of the server.',
  ),
  GATEWAY_CONFIG_INVALID: entry<{ setting: string; reason: string }>(
    (d) => `The gateway cannot be configured so (${d.setting}): ${d.reason}.`,
    (d) => `Correct modules.api-gateway.config.${d.setting}.`,
  ),
  TLS_FILES_INVALID: entry<{ file: string; reason: string }>(
    (d) => `The TLS certificate cannot be used (${d.file}): ${d.reason}.`,
    () => 'Name PEM files that this process may read and whose key and certificate belong together.',
  ),
  LISTEN_ADDRESS_INVALID: entry<{ setting: string; value: string; reason: string }>(
    (d) => `"${d.value}" is not an address to listen on (${d.setting}): ${d.reason}.`,
    () => 'Write "host:port", for example "127.0.0.1:8087"; port 0 takes any free one.',
  ),
  SERVICE_NOT_FOUND: entry<{ service: string }>(
    (d) => `No healthy instance offers the service "${d.service}".`,
    () => 'Check that the module that offers it runs and has registered.',
  ),
  DIRECTORY_UNAUTHENTICATED: entry<{ reason: string }>(
    (d) => `The directory does not know who is calling: ${d.reason}.`,
    () =>
      'Start the process through the host, which gives it MODKIT_DIRECTORY_TOKEN; or give one that runs elsewhere one of ' +
      'the secrets under modules.grpc-hub.config.directory.secrets of the host.',
  ),
  DIRECTORY_FORBIDDEN: entry<{ module: string; instanceId: string; reason: string }>(
    (d) => `The directory lets nobody else change instance ${d.instanceId} of module "${d.module}": ${d.reason}.`,
    () => 'Let every instance speak for itself alone, with an id of its own.',
  ),
  DIRECTORY_REQUEST_INVALID: entry<{ field: string; reason: string }>(
    (d) => `The directory cannot read the request (${d.field}): ${d.reason}.`,
    (d) => `Correct ${d.field}.`,
  ),
  DIRECTORY_UNAVAILABLE: entry<{ endpoint: string; reason: string }>(
    (d) => `The directory at ${d.endpoint} cannot be reached: ${d.reason}.`,
    () =>
      'Check that the host which serves it runs, and that MODKIT_DIRECTORY_ENDPOINT is the endpoint that its log names.',
  ),
  INSTANCE_UNKNOWN: entry<{ module: string; instanceId: string }>(
    (d) => `The directory does not know instance ${d.instanceId} of module "${d.module}".`,
    () => 'Register it again: the directory has been restarted, or has not heard from it for too long.',
  ),

  // Other processes
  BACKEND_KIND_MISMATCH: entry<{ expected: string; actual: string }>(
    (d) => `LocalProcessBackend can only spawn LocalProcess instances ("${d.expected}"), got "${d.actual}".`,
    () => 'Give the module to the backend of its kind.',
  ),
  BACKEND_UNKNOWN: entry<{ module: string; backend: string; known: readonly string[] }>(
    (d) => `Module "${d.module}" asks for the backend "${d.backend}", which this host does not have.`,
    (d) => `Configure one of ${list(d.known)}, or pass the backend to createHost({ backends }).`,
  ),
  EXECUTABLE_PATH_REQUIRED: entry<OfModule>(
    (d) => `executable_path must be set for the LocalProcess backend (module "${d.module}").`,
    (d) => `Write modules.${d.module}.runtime.execution.executable_path.`,
  ),
  SPAWN_FAILED: entry<{ module: string; binary: string; reason: string }>(
    (d) => `Failed to spawn process: ${d.binary} (module "${d.module}"): ${d.reason}.`,
    () => 'Check that the file exists and may be executed.',
  ),
  SPAWN_REFUSED: entry<OfModule>(
    (d) => `No instance of module "${d.module}" was spawned, because shutdown has begun.`,
    () => 'Spawn before the signal of the backend aborts.',
  ),
  OOP_NOT_READY: entry<{ module: string; reason: string; lastLines?: readonly string[] }>(
    (d) =>
      `Module "${d.module}" did not get ready in its process: ${d.reason}.${lastWords(d.lastLines?.filter(isNoFrame) ?? [])}`,
    (d) =>
      `Look at the lines of the log whose oop_module is "${d.module}". Raise startDeadline if it only takes longer.`,
  ),
  OOP_ENTRY_UNKNOWN: entry<{ modules: readonly string[]; entry?: string }>(
    (d) =>
      d.entry === undefined
        ? `The script that the process of ${list(d.modules)} would run is unknown: this process was not started with one.`
        : `The script "${d.entry}", which the process of ${list(d.modules)} would run, does not exist.`,
    () => 'Pass its path to createHost({ entry }), or give the module an executable of its own in runtime.execution.',
  ),
  OOP_MODULE_UNKNOWN: entry<{ module: string; known: readonly string[]; suggestions: readonly string[] }>(
    (d) =>
      `This process is to run the module "${d.module}", as MODKIT_MODULE says, and its program has no such module.`,
    (d) =>
      didYouMean(d.suggestions) ||
      'Let the host start this process, with the modules that it has itself; or remove MODKIT_MODULE from its environment.',
  ),
  OOP_CONFIG_UNREADABLE: entry<{ module: string; reason: string }>(
    (d) => `The configuration of module "${d.module}", which MODKIT_MODULE_CONFIG names, cannot be read: ${d.reason}.`,
    () => 'Leave the descriptor that the host opened for this process to createHost(), which reads it once.',
  ),
  OOP_NOT_MOVABLE: entry<{ module: string; reasons: readonly string[] }>(
    (d) => `Module "${d.module}" cannot run in a process of its own: ${d.reasons.join('; ')}.`,
    () => 'Remove what stands in the way, or let the module run in the host.',
  ),

  // The command line
  APP_NOT_FOUND: entry<{ directory: string }>(
    (d) => `There is no application in "${d.directory}" or above.`,
    () =>
      'Write "modkit": { "entry": "src/main.ts" } into the package.json of the application, or begin one with ' +
      '"modkit new app".',
  ),
  APP_SETTING_INVALID: entry<{ file: string; setting: string; reason: string; suggestions: readonly string[] }>(
    (d) => `The setting "${d.setting}" of "${d.file}" is not legal: ${d.reason}.`,
    (d) => didYouMean(d.suggestions) || 'Write for example { "entry": "src/main.ts" }.',
  ),
  APP_ENTRY_MISSING: entry<{ file: string; entry: string }>(
    (d) => `The entry "${d.entry}" does not exist, which "${d.file}" names.`,
    () => 'Correct the path, or build the application first where the entry is made by a compiler.',
  ),
  APP_RUNNER_MISSING: entry<{ entry: string; node: string }>(
    (d) => `Nothing here runs "${d.entry}": Node ${d.node} does not read TypeScript, and no tsx is installed.`,
    () => 'Run "npm install --save-dev tsx", or say how it is run: "modkit": { "entry": …, "node": ["--import", …] }.',
  ),
  APP_ENTRY_FAILED: entry<{ entry: string; reason: string; runner: string }>(
    (d) => `The application "${d.entry}" could not be loaded (by ${d.runner}): ${d.reason}.`,
    () => 'Correct what the message names; "modkit run" shows all that Node says of it.',
  ),
  APP_HOST_MISSING: entry<{ entry: string }>(
    (d) => `The application "${d.entry}" ended without starting a host.`,
    () => 'Let the entry call createHost({ … }).run(), or name another file as the entry.',
  ),
  APP_SILENT: entry<{ entry: string; afterMs: number }>(
    (d) => `The application "${d.entry}" did not come to its host within ${String(d.afterMs)} ms.`,
    () => 'Look for what the entry or an imported file waits for, or allow more time with --timeout.',
  ),
  CONFIG_PATH_UNKNOWN: entry<{ path: string; key: string; known: readonly string[] }>(
    (d) => `The configuration has nothing at "${d.path}": there is no "${d.key}".`,
    (d) => `Choose from ${list(d.known)}.`,
  ),
  ERROR_CODE_UNKNOWN: entry<{ code: string; suggestions: readonly string[] }>(
    (d) => `"${d.code}" is not a code of the catalogue.`,
    (d) => didYouMean(d.suggestions) || 'List all codes with "modkit explain".',
  ),
  SCAFFOLD_NAME_INVALID: entry<{ what: 'application' | 'module'; name: string; reason: string }>(
    (d) => `"${d.name}" is not the name of a new ${d.what}: ${d.reason}.`,
    () => 'Write a kebab-case name such as "user-notes".',
  ),
  SCAFFOLD_FILE_EXISTS: entry<{ paths: readonly string[] }>(
    (d) => `Nothing was written, because this is there already: ${list(d.paths)}.`,
    () => 'Choose another name, or remove what is there.',
  ),
  SCAFFOLD_PACKAGES_MISSING: entry<{ directory: string; package: string }>(
    (d) => `The folder "${d.directory}" has neither a tarball nor a folder of the package "${d.package}".`,
    () => 'Name the folder that "npm pack --pack-destination" wrote to, or leave --packages and MODKIT_PACKAGES out.',
  ),
  SCAFFOLD_INSTALL_FAILED: entry<{ command: string; directory: string; reason: string }>(
    (d) => `The files were written, but the packages could not be installed (${d.command}): ${d.reason}`,
    (d) => `Mend what the message names, and run "${d.command}" in "${d.directory}".`,
  ),

  // Testing modules
  CLIENT_NOT_MOCKED: entry<{ module: string; client: string; scope?: string }>(
    (d) => `Module "${d.module}" asked for the client "${d.client}"${inScope(d.scope)}, which its test does not mock.`,
    (d) =>
      d.scope === undefined
        ? `Write .mock(key, fake) with the key of "${d.client}" before init().`
        : `Write .mockScoped(key, '${d.scope}', fake) with the key of "${d.client}" before init().`,
  ),
  DATABASE_NOT_MOCKED: entry<{ module: string }>(
    (d) => `Module "${d.module}" asked for its database, which its test does not give it.`,
    () =>
      'Write .withDatabase(database), mock the provider that asks for it, or use createTestHost, which has real ones.',
  ),
  GATEWAY_NOT_LISTENING: entry<{ reason: string }>(
    (d) => `The test host answers no requests: ${d.reason}.`,
    () => 'Add ApiGateway of @modkit/gateway to its modules, and await start() first.',
  ),
  HOST_LEFT_OPEN: entry<{ leaks: readonly { readonly what: string; readonly where: string }[] }>(
    (d) => `The test host left open: ${d.leaks.map(({ what, where }) => `${what}, made at ${where}`).join('; ')}.`,
    () =>
      "Close it in the stop() of what made it. A test that is about just that says leaks: 'ignore' to createTestHost.",
  ),
  HOST_STOPPED_BADLY: entry<{ troubles: readonly string[] }>(
    (d) => `The test host did not stop in order: ${d.troubles.join('; ')}.`,
    () => 'Mend the stop of what is named, or call stop() yourself where its failure is what the test is about.',
  ),
  MOCK_UNUSED: entry<{ token: string; known: readonly string[]; suggestions: readonly string[] }>(
    (d) => `The mock of ${d.token} replaces nothing: no module of the test host has a provider for it.`,
    (d) => `${didYouMean(d.suggestions)} Mock one of the providers ${list(d.known)}, or remove the mock.`,
  ),
  PLACEMENT_FAILED: entry<{ client: string; entry: string; reason: string; lines: readonly string[] }>(
    (d) =>
      `The process that was to serve "${d.client}" did not get ready${d.lines.length === 0 ? ' and said nothing' : `, and said:\n  ${d.lines.join('\n  ')}\nThis is how it ended`}: ${d.reason}.`,
    (d) =>
      `Let "${d.entry}" call runAsChild({ modules, mocks }), or createHost({ modules }).run(), with the same modules.`,
  ),
  PLACEMENT_IMPOSSIBLE: entry<{ client: string; reasons: readonly string[] }>(
    (d) => `The client "${d.client}" cannot be placed: ${d.reasons.join('; ')}.`,
    () =>
      'Correct what is named: describePlacements needs a key with a proto service, the module that provides it, a hub such as GrpcHub, and an entry that a process of its own can run.',
  ),
  PLACEMENT_NOT_THERE: entry<{ client: string; what: string }>(
    (d) => `The ${d.what} of the placement of "${d.client}" is there only while its tests run.`,
    () => 'Ask for it inside of a test, or of a hook that runs before each.',
  ),
  PROVIDER_NOT_MOCKED: entry<{ module: string; token: string }>(
    (d) => `Module "${d.module}" injects ${d.token}, for which it has no provider and its test no mock.`,
    (d) => `Write .mock(${d.token}, fake) before init(), or add ${d.token} to the providers of "${d.module}".`,
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry<never>>>

/** A code of the runtime's catalogue. */
export type ErrorCode = keyof typeof catalogue

/** The details that come with a code. */
export type ErrorDetails<C extends ErrorCode> = (typeof catalogue)[C] extends CatalogueEntry<infer D> ? D : never
