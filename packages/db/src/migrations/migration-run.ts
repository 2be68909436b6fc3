import type { Clock, Logger, Migration } from '@modkit/core'
import type { MigrationPolicy } from '../config/migration-policy.js'
import type { MigrationLock } from '../engines/database-engine.js'

/** What one run of a module's migrations works with. */
export interface MigrationRun {
  /** In the order in which they run, names unique. */
  readonly migrations: readonly Migration[]
  readonly lock: MigrationLock
  readonly clock: Clock
  readonly logger: Logger
  readonly policy: MigrationPolicy
  /** When one of them aborts, the server ends the statement that runs. */
  readonly signals: readonly AbortSignal[]
}
