import type { Clock } from '@modkit/core'
import { settleWithin } from '@modkit/core/spi'
import type { StatementControl } from '../engines/database-engine.js'
import type { DialectClient } from './dialect-client.js'
import { Turns } from './turns.js'

/** A connection as Knex hands it around. What bears the first mark is thrown away instead of being used again. */
interface PooledConnection {
  __knex__disposed?: unknown
  /** Of the transaction on it, for Knex's log and events. */
  __knexTxId?: string | undefined
}

export interface HeldConnectionOptions {
  readonly client: DialectClient
  readonly connection: unknown
  readonly control: StatementControl
  readonly clock: Clock
}

/** How long a server has to roll back, in milliseconds: longer, and it does so when it loses the connection. */
const ROLLBACK_MS = 5_000

let transactionCount = 0

/** The connection that a transaction holds from its beginning to its end. */
export class HeldConnection {
  readonly #options: HeldConnectionOptions
  readonly #connection: PooledConnection
  /** Of the statements on it: drivers have no order to rely on, and what follows on a failed one must know of it. */
  readonly turns = new Turns()

  constructor(options: HeldConnectionOptions) {
    this.#options = options
    this.#connection = options.connection as PooledConnection
    this.#connection.__knexTxId = `modkit${String(++transactionCount)}`
  }

  get connection(): unknown {
    return this.#connection
  }

  /** Sends statements one after the other; what the driver answers to the last. Rejects with what it says. */
  async send(statements: readonly string[]): Promise<unknown> {
    let answer: unknown
    for (const sql of statements) answer = await this.ask(sql)
    return answer
  }

  /** Sends one at once, whoever's turn it is. */
  async ask(sql: string): Promise<unknown> {
    const { response } = (await this.#options.client.query(this.#connection, { sql })) as {
      readonly response?: unknown
    }
    return response
  }

  /**
   * The same for what undoes. Never rejects; whether it was done. A connection whose server says nothing is closed.
   */
  async undo(statements: readonly string[]): Promise<boolean> {
    const { control, clock } = this.#options
    const operation = 'Rolling back'
    const { kind } = await settleWithin(this.send(statements), { operation, clock, afterMs: ROLLBACK_MS })
    if (kind === 'exceeded') control.abandon(this.#connection)
    return kind === 'done'
  }

  /** Nobody is to use it again: what is on it is not known. */
  dispose(): void {
    this.#connection.__knex__disposed ??= new Error('A transaction on it could not be rolled back.')
  }

  async release(): Promise<void> {
    this.#connection.__knexTxId = undefined
    await this.#options.client.releaseConnection(this.#connection)
  }
}
