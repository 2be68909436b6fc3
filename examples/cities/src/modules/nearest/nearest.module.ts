import { inject, Module, type ModuleCtx } from '@modkit/core'
import { CityTable } from './city-table.js'
import { IsolationSearch } from './isolation-search.js'
import { nearestClient } from './nearest-client.js'

/**
 * Computes, and does little else: what one moves out of the process. It runs wherever the configuration says, because what it
 * needs and what it offers are clients whose keys name a service of a proto file.
 */
@Module({ name: 'nearest', deps: ['city-store'], provides: [nearestClient], providers: [IsolationSearch, CityTable] })
export class NearestModule {
  readonly #search = inject(IsolationSearch)

  init(ctx: ModuleCtx): void {
    ctx.clients.register(nearestClient, this.#search)
  }
}
