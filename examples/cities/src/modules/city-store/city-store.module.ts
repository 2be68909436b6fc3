import { inject, Module, type DbModule, type Migration, type ModuleCtx } from '@modkit/core'
import { cityMigrations } from './city-migrations.js'
import { cityStoreClient } from './city-store.js'
import { SqlCityStore } from './sql-city-store.js'

/** Owns the tables, and lets the other modules reach them through a client only. */
@Module({ name: 'city-store', capabilities: ['db'], provides: [cityStoreClient], providers: [SqlCityStore] })
export class CityStoreModule implements DbModule {
  readonly #store = inject(SqlCityStore)

  init(ctx: ModuleCtx): void {
    ctx.clients.register(cityStoreClient, this.#store)
  }

  migrations(): readonly Migration[] {
    return cityMigrations
  }
}
