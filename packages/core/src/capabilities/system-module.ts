import type { SystemContext } from '../context/system-context.js'

/** Capability `system`: the module belongs to the host itself. It goes first in every phase. */
export interface SystemModule {
  /** Called before databases are opened and anything is initialised. Synchronous. */
  preInit?(sys: SystemContext): void
  /** Called after the `init` of **all** modules. */
  postInit?(sys: SystemContext): void | Promise<void>
}
