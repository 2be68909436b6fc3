import type { MigrationResult } from '../../capabilities/database.js'

/** What `migrate()` did, as plain data. */
export interface MigrationReport {
  readonly durationMs: number
  /** In the order in which the modules were visited; modules without a database are left out. */
  readonly modules: readonly MigrationResult[]
}
