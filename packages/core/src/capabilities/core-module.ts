import type { ModuleCtx } from '../context/module-ctx.js'

/** What a module reports of itself when it is asked how it is. */
export interface ModuleHealth {
  readonly status: 'ok' | 'degraded' | 'down'
  /** Why, for people. Shown to operators, never to clients. */
  readonly detail?: string
}

/** The hooks that every module may have. */
export interface CoreModule {
  /** Wire things together: look clients up, register your own. Databases are migrated, nothing is started yet. */
  init?(ctx: ModuleCtx): void | Promise<void>
  /** How the module is, asked by readiness probes. Throwing counts as `down`. */
  health?(): ModuleHealth | Promise<ModuleHealth>
}
