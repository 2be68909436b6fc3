import type { ClockTimer } from '@modkit/core'
import { connectionsInUse } from '../engines/connections-in-use.js'
import type { OpenDatabase } from '../engines/database-engine.js'
import type { MigrationRun } from './migration-run.js'

/**
 * How long a database has for what follows on a migration's own work, up to COMMIT or ROLLBACK, in milliseconds. No time limit of the server ends what
 * migrations ask, and a signal ends no COMMIT: without this one a network that has gone would be waited for.
 */
const END_MS = 60_000

/** The limit of a migration's end. What exceeds it loses its connections, and fails by that. */
export class EndLimit {
  readonly #database: OpenDatabase
  readonly #run: MigrationRun
  #timer: ClockTimer | undefined
  #wasExceeded = false

  constructor(database: OpenDatabase, run: MigrationRun) {
    this.#database = database
    this.#run = run
  }

  begin(): void {
    this.#timer = this.#run.clock.after(END_MS, () => this.#giveUp())
  }

  over(): void {
    this.#timer?.cancel()
  }

  /** Whether nobody knows what has been committed. */
  get wasExceeded(): boolean {
    return this.#wasExceeded
  }

  #giveUp(): void {
    this.#wasExceeded = true
    const { statements } = this.#database
    const busy = connectionsInUse(this.#run.lock.knex).filter((connection) => statements.isBusy(connection))
    for (const connection of busy) statements.abandon(connection)
  }
}
