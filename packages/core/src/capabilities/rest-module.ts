import type { ModuleCtx } from '../context/module-ctx.js'
import type { RestApi } from '../rest/rest-api.js'

/** Capability `rest`: the module has HTTP operations. */
export interface RestModule {
  /** Declare the operations. Synchronous; nothing is served before the host runs. */
  registerRest(ctx: ModuleCtx, rest: RestApi): void
}
