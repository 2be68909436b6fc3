import { HostError } from '@modkit/core'
import type { Knex } from 'knex'
import type { BuiltQuery, DialectClient } from './dialect-client.js'
import { GatedRunner } from './gated-runner.js'
import type { QueryGate } from './query-gate.js'

/** What a module's queries are built with. */
export interface QuerySource {
  queryBuilder(): Knex.QueryBuilder
  raw(sql: string, bindings?: unknown): Knex.Raw
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
    // Its name, which questions about columns need.
    database: () => client.database(),
    runner: (query: BuiltQuery) => new GatedRunner(client, query, gate),
  })
  // The dialect's prototype brings both methods.
  return restricted as QuerySource
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
