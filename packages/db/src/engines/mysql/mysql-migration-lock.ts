import { createHash } from 'node:crypto'
import { type Clock, HostError } from '@modkit/core'
import { settleWithin } from '@modkit/core/spi'
import type { Knex } from 'knex'
import type { LockContext, MigrationLock } from '../database-engine.js'
import { ANSWER_MS, ATTEMPT_MS, ownName, waitForLock } from '../server/lock-wait.js'
import { closeKnex } from '../server/close-knex.js'
import { serverKnex, unreachable } from '../server/server-connection.js'
import { type MysqlSettings, mysqlClient } from './mysql-connection.js'
import { mysqlConnections } from './mysql-statements.js'

/** For a migration and what it begins beside itself. */
const MIGRATION_POOL = { maxConns: 2 }
const LOCK_POOL = { minConns: 1, maxConns: 1 }

/** Where holders leave their names: nothing else tells those who wait who it is. */
const HOLDERS = 'modkit_migration_holders'

/**
 * The migration lock of a module in a MySQL or MariaDB database: a named lock of the session, on a connection of its own. The
 * server gives it back when that connection ends, however that happens.
 */
export async function lockMysqlMigrations(settings: MysqlSettings, context: LockContext): Promise<MigrationLock> {
  const { module } = settings
  const unlimited = await mysqlClient(settings, { timeoutMs: 0, clock: context.clock })
  const lock = new NamedLock(await serverKnex({ pool: LOCK_POOL }, unlimited, context), {
    settings,
    clock: context.clock,
  })
  try {
    await lock.open()
    await waitForLock({ module, ...context }, { attempt: () => lock.attempt(), holder: () => lock.holder() })
    await lock.leaveName()
    const knex = await serverKnex({ pool: MIGRATION_POOL }, unlimited, context)
    return {
      knex,
      async assertHeld() {
        if (!(await lock.isHeld())) throw new HostError('MIGRATION_LOCK_LOST', { module })
      },
      async release() {
        // Ending the connection ends the lock: the migrations' own must have ended before.
        await closeKnex(knex, { control: mysqlConnections, clock: context.clock })
        await lock.takeNameAway()
        await lock.close()
      },
    }
  } catch (error) {
    await lock.close()
    throw error
  }
}

/** One lock of the server, and the row that says who has it. */
class NamedLock {
  readonly #knex: Knex
  readonly #settings: MysqlSettings
  readonly #clock: Clock
  readonly #name: string
  #connectionId: unknown

  constructor(knex: Knex, { settings, clock }: { readonly settings: MysqlSettings; readonly clock: Clock }) {
    this.#knex = knex
    this.#settings = settings
    this.#clock = clock
    // Of the whole server, and of 64 characters at most.
    const place = `${settings.dbname}\n${settings.module}`
    this.#name = `modkit:${createHash('sha256').update(place).digest('hex').slice(0, 40)}`
  }

  async open(): Promise<void> {
    try {
      this.#connectionId = await this.#one('SELECT CONNECTION_ID() AS v')
    } catch (error) {
      throw unreachable(this.#settings, error)
    }
  }

  async attempt(): Promise<boolean> {
    return Number(await this.#one('SELECT GET_LOCK(?, ?) AS v', [this.#name, ATTEMPT_MS / 1_000])) === 1
  }

  /** Whether the connection that took it still has it. */
  async isHeld(): Promise<boolean> {
    try {
      return (await this.#one('SELECT IS_USED_LOCK(?) AS v', [this.#name])) === this.#connectionId
    } catch {
      // A connection that cannot be asked holds nothing any more.
      return false
    }
  }

  /** @throws HostError `DEADLINE_EXCEEDED` */
  async leaveName(): Promise<void> {
    await this.#within(
      `CREATE TABLE IF NOT EXISTS ${HOLDERS} (name VARCHAR(64) PRIMARY KEY, holder VARCHAR(255) NOT NULL, since VARCHAR(32) NOT NULL)`,
    )
    const since = new Date(this.#clock.now()).toISOString()
    const row = [this.#name, ownName(this.#settings.module).slice(0, 255), since]
    await this.#within(`REPLACE INTO ${HOLDERS} (name, holder, since) VALUES (?, ?, ?)`, row)
  }

  async takeNameAway(): Promise<void> {
    // Whoever holds it next writes a name of its own over one that stayed.
    await this.#within(`DELETE FROM ${HOLDERS} WHERE name = ?`, [this.#name]).catch(() => undefined)
  }

  async holder(): Promise<string> {
    try {
      const sql = `SELECT CONCAT(holder, ', since ', since) AS v FROM ${HOLDERS} WHERE name = ?`
      const name = await this.#one(sql, [this.#name])
      if (typeof name === 'string') return name
    } catch {
      // The first to migrate has the lock before it has the table.
    }
    return 'a process that did not leave its name'
  }

  async close(): Promise<void> {
    await closeKnex(this.#knex, { control: mysqlConnections, clock: this.#clock })
  }

  async #within(sql: string, bindings: readonly string[] = []): Promise<void> {
    const { module } = this.#settings
    const operation = `Writing who migrates module "${module}"`
    const writing = this.#knex.raw(sql, bindings)
    const outcome = await settleWithin(writing, { operation, clock: this.#clock, afterMs: ANSWER_MS })
    if (outcome.kind !== 'done') throw outcome.error
  }

  async #one(sql: string, bindings: readonly Knex.Value[] = []): Promise<unknown> {
    const [rows] = (await this.#knex.raw(sql, bindings).options({ timeout: ANSWER_MS })) as [
      readonly Readonly<Record<string, unknown>>[],
    ]
    return rows[0]?.['v']
  }
}
