import type { Migration } from './database.js'

/** Capability `db`: the module has tables of its own. */
export interface DbModule {
  /** The module's migrations. They run in the order of their names, each once. Synchronous. */
  migrations(): readonly Migration[]
}
