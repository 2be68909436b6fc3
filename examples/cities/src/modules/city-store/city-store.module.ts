import { inject, Module, type DbModule, type Migration, type ModuleCtx } from '@modkit/core'
import { citiesClient } from './cities-client.js'
import { cityMigrations } from './city-migrations.js'
import { cityStoreClient } from './city-store.js'
import { SqlCityList } from './sql-city-list.js'
import { SqlCityStore } from './sql-city-store.js'

/**
 * Owns the tables, and lets the other modules reach them through clients only.
 *
 * The store is for the modules of this process: it writes. What modules in other processes may have, too, is what `provides`
 * names: the list, which reads.
 */
@Module({
  name: 'city-store',
  capabilities: ['db'],
  provides: [citiesClient],
  providers: [SqlCityStore, SqlCityList],
})
export class CityStoreModule implements DbModule {
  readonly #store = inject(SqlCityStore)
  readonly #list = inject(SqlCityList)

  init(ctx: ModuleCtx): void {
    ctx.clients.register(cityStoreClient, this.#store)
    ctx.clients.register(citiesClient, this.#list)
  }

  migrations(): readonly Migration[] {
    return cityMigrations
  }
}
