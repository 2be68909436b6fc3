import { HostError } from '@modkit/core'
import type { Readable, Writable } from 'node:stream'
import type { Knex } from 'knex'
import { type Cancellation, type ConnectionSource, runCancellable } from './cancellable-query.js'
import { endStreamOnAbort } from './cancellable-stream.js'
import { type SlowQueries, tellIfSlow } from './slow-queries.js'

/** What this file uses of Knex's client, which Knex's own types leave out. */
interface DialectClient extends ConnectionSource {
  readonly config: Readonly<Record<string, unknown>>
  readonly logger: unknown
  readonly version?: unknown
  readonly valueForUndefined: unknown
  runner(query: unknown): KnexRunner
}

interface QueryRunner {
  run(): Promise<unknown>
  stream(...args: unknown[]): unknown
  pipe(...args: unknown[]): unknown
}

interface KnexRunner extends QueryRunner {
  /** Where there is one, Knex takes it in place of asking the pool, and gives none back. */
  connection?: unknown
}

/** What a module's queries are built with. */
export interface QuerySource {
  queryBuilder(): Knex.QueryBuilder
  raw(sql: string, bindings?: unknown): Knex.Raw
}

/** Stands around each query of a handle. */
export interface QueryGate {
  /** Throws where the query must not run. */
  enter(): void
  /** Rejects with what the module is to catch in place of an error of the driver. */
  readonly fail: (error: unknown) => Promise<never>
  /** Absent where nobody wants to know. */
  readonly slow?: SlowQueries | undefined
  /** Absent where no signal ends queries. */
  readonly cancellation?: Cancellation | undefined
  /** The connection of the transaction that the handle belongs to, so that its queries do not each ask for it. */
  readonly connection?: unknown
}

/** The connection that a transaction holds from its beginning to its end. */
export function connectionOf(trx: Knex.Transaction): Promise<unknown> {
  return (trx.client as DialectClient).acquireConnection()
}

/** Everything of a client that leads to connections, other databases or schema changes. */
const CLOSED = [
  'acquireConnection',
  'acquireRawConnection',
  'destroy',
  'destroyRawConnection',
  'initialize',
  'initializeDriver',
  'initializeExternalPool',
  'initializePool',
  'processPassedConnection',
  'query',
  'releaseConnection',
  'schemaBuilder',
  'stream',
  'transaction',
  '_query',
  '_stream',
] as const

/** The configuration that query compilers read; connection and pool stay behind. */
const COMPILER_SETTINGS = ['client', 'useNullAsDefault', 'version'] as const

/**
 * A stand-in for a Knex client that can write SQL but not connect.
 *
 * Every builder carries its client, also those that callbacks receive. With this one in its place there is nothing to
 * reach: queries are compiled here and handed to the real client, which only a closure knows. Unlike a proxy around each
 * builder this costs nothing per call.
 */
export function restrictClient(knex: Knex, gate: QueryGate): QuerySource {
  const client = knex.client as DialectClient
  const restricted: unknown = Object.assign(Object.create(closedPrototype(client)) as object, {
    config: compilerConfig(client),
    logger: client.logger,
    version: client.version,
    valueForUndefined: client.valueForUndefined,
    runner: (query: unknown) => new GatedRunner(query, runnerOf(client, query, gate), gate),
  })
  // The dialect's prototype brings both methods.
  return restricted as QuerySource
}

function runnerOf(client: DialectClient, query: unknown, { connection, cancellation }: QueryGate): QueryRunner {
  const runner = client.runner(query)
  if (connection !== undefined) runner.connection = connection
  return cancellation === undefined ? runner : new CancellableRunner(client, runner, cancellation)
}

function isStreamHandler(value: unknown): value is (stream: unknown) => unknown {
  return typeof value === 'function'
}

/** A runner whose queries end when a signal aborts. */
class CancellableRunner implements QueryRunner {
  readonly #client: DialectClient
  readonly #runner: KnexRunner
  readonly #cancellation: Cancellation

  constructor(client: DialectClient, runner: KnexRunner, cancellation: Cancellation) {
    this.#client = client
    this.#runner = runner
    this.#cancellation = cancellation
  }

  run(): Promise<unknown> {
    return runCancellable(this.#runner, this.#client, this.#cancellation)
  }

  stream(...args: unknown[]): unknown {
    const handler = args.at(-1)
    const ending = <T>(stream: T): T => this.#ending(stream)
    if (!isStreamHandler(handler)) return ending(this.#runner.stream(...args))
    const withEnd = (stream: unknown): unknown => handler(ending(stream))
    return this.#runner.stream(...args.slice(0, -1), withEnd)
  }

  pipe(target: unknown, ...options: unknown[]): unknown {
    return (this.stream(...options) as Readable).pipe(target as Writable)
  }

  #ending<T>(stream: T): T {
    endStreamOnAbort(stream as Readable, this.#runner as never, this.#cancellation)
    return stream
  }
}

/** One per database: its transactions share the configuration, too. */
const compilerConfigs = new WeakMap<object, object>()

function compilerConfig({ config }: DialectClient): object {
  let settings = compilerConfigs.get(config)
  if (!settings) {
    const known = COMPILER_SETTINGS.map((key) => [key, config[key]] as const)
    settings = Object.freeze(Object.fromEntries(known.filter(([, value]) => value !== undefined)))
    compilerConfigs.set(config, settings)
  }
  return settings
}

/** One per dialect: transactions come by the thousand, and each new prototype makes the engine forget what it has optimised. */
const closedPrototypes = new WeakMap<object, object>()

function closedPrototype(client: DialectClient): object {
  const dialect = Object.getPrototypeOf(client) as object
  let prototype = closedPrototypes.get(dialect)
  if (!prototype) {
    const refusals = CLOSED.map((name) => [name, refusal(`The client's ${name}()`)] as const)
    prototype = Object.assign(Object.create(dialect) as object, Object.fromEntries(refusals))
    closedPrototypes.set(dialect, prototype)
  }
  return prototype
}

function refusal(operation: string): () => never {
  return () => {
    throw new HostError('DB_HANDLE_RESTRICTED', { operation })
  }
}

/**
 * The runner of a query without the client that it holds. Every query has one, and in a transaction each promise costs twice
 * (Node 20 tells its hooks of it), so it is small and waits for nothing itself.
 */
class GatedRunner implements QueryRunner {
  readonly #query: unknown
  readonly #runner: QueryRunner
  readonly #gate: QueryGate

  constructor(query: unknown, runner: QueryRunner, gate: QueryGate) {
    this.#query = query
    this.#runner = runner
    this.#gate = gate
  }

  run(): Promise<unknown> {
    try {
      this.#gate.enter()
    } catch (error) {
      return this.#gate.fail(error)
    }
    const { slow, fail } = this.#gate
    if (slow === undefined) return this.#runner.run().catch(fail)
    const startedAtMs = slow.clock.monotonic()
    const tell = (): void => tellIfSlow(this.#query, startedAtMs, slow)
    return this.#runner.run().then(
      (answer) => {
        tell()
        return answer
      },
      (error: unknown) => {
        tell()
        return fail(error)
      },
    )
  }

  stream(...args: unknown[]): unknown {
    this.#gate.enter()
    return this.#runner.stream(...args)
  }

  pipe(...args: unknown[]): unknown {
    this.#gate.enter()
    return this.#runner.pipe(...args)
  }
}
