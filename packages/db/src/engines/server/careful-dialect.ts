import type { Knex } from 'knex'
import type { DriverFault } from '../../faults/driver-fault.js'
import type { StatementControl } from '../database-engine.js'
import type { SilenceWatch, WatchedConnection } from './silence-watch.js'

/** A connection as Knex hands it around. What bears the mark is thrown away instead of being used again. */
interface PooledConnection extends WatchedConnection {
  __knex__disposed?: unknown
}

/** What this file uses of a dialect of Knex, which Knex's own types leave out. */
interface DialectClient<C> {
  _query(connection: C, query: unknown): Promise<unknown>
  _stream(connection: C, ...more: unknown[]): unknown
  validateConnection(connection: C): unknown
  cancelQuery(connection: C): Promise<unknown>
  destroy(callback?: () => void): Promise<void>
}

export type DialectClass<C> = new (config: Knex.Config) => DialectClient<C>

export interface Care<C> {
  /** Ends what has exceeded its own limit. */
  readonly control: Pick<StatementControl, 'cancel' | 'abandon'>
  readonly faultOf: (error: unknown) => Pick<DriverFault, 'kind'> | undefined
  /** Sees to connections whose server says nothing any more. */
  readonly watch?: SilenceWatch | undefined
  /** Asks a connection for a sign of life; only where each is to be tested before it is used. */
  readonly ping?: ((connection: C) => Promise<unknown>) | undefined
}

/**
 * A dialect of Knex that takes care which connections are used again. A server that ends a connection says so first, and
 * closes it a moment later; in between the pool would hand it to the next query.
 */
export function carefulDialect<C extends object>(
  Dialect: DialectClass<C>,
  { control, faultOf, ping, watch }: Care<C>,
): typeof Knex.Client {
  class CarefulClient extends Dialect {
    override _query(connection: C & PooledConnection, query: unknown): Promise<unknown> {
      watch?.begins(connection)
      return super._query(connection, query).catch((error: unknown) => {
        if (faultOf(error)?.kind === 'unavailable') connection.__knex__disposed ??= error
        throw error
      })
    }

    override _stream(connection: C & PooledConnection, ...more: unknown[]): unknown {
      watch?.leaves(connection)
      return super._stream(connection, ...more)
    }

    /** Where a query has exceeded its own limit. Knex says so only of one that has been ended, and would wait for a silent server. */
    override async cancelQuery(connection: C & PooledConnection): Promise<void> {
      try {
        await control.cancel(connection)
      } catch (error) {
        connection.__knex__disposed ??= error
        control.abandon(connection)
      }
    }

    override validateConnection(connection: C & PooledConnection): unknown {
      return ping ? isAlive(ping(connection)) : super.validateConnection(connection)
    }

    /** Knex closes the pool once nothing runs any more: until then there is something to be watched. */
    override async destroy(callback?: () => void): Promise<void> {
      try {
        await super.destroy(callback)
      } finally {
        watch?.close()
      }
    }
  }
  // Knex takes any class derived from one of its dialects.
  return CarefulClient as unknown as typeof Knex.Client
}

function isAlive(answer: Promise<unknown>): Promise<boolean> {
  return answer.then(
    () => true,
    // Whatever it says, it is not fit to be used.
    () => false,
  )
}
