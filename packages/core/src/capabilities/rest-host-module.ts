import type { ModuleCtx } from '../context/module-ctx.js'
import type { RestApi } from '../rest/rest-api.js'
import type { RestOwner } from '../rest/rest-owner.js'

/** Capability `rest_host`: the one module of a host that serves the operations of all others. */
export interface RestHostModule {
  /** Called before any module declares operations. Synchronous. */
  restPrepare(ctx: ModuleCtx): void
  /** Where `owner` declares its operations. Called once per module with the capability `rest`. Synchronous. */
  restApi(owner: RestOwner): RestApi
  /** Called after all have declared: check, compile, document. Synchronous. */
  restFinalize(ctx: ModuleCtx): void
  /** Stop accepting and finish what is in flight, before any module stops. When `deadline` aborts, cut what is left. */
  drain?(deadline: AbortSignal): void | Promise<void>
}
