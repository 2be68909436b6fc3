// #region module
import { inject, Module, ModuleCtx, type RestApi, type RestModule } from '@modkit/core'
import { z } from 'zod'
import { cityStoreClient } from '../city-store/city-store.js'

const Query = z.strictObject({ limit: z.int().min(1).max(250).default(10) })
const Country = z.object({ country: z.string(), cities: z.int(), population: z.int() })

@Module({ name: 'country-statistics', deps: ['city-store'], capabilities: ['rest'] })
export class CountryStatisticsModule implements RestModule {
  readonly #ctx = inject(ModuleCtx)

  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/cities/v1/countries')
      .operationId('countries.list')
      .public()
      .query(Query)
      .response(200, z.object({ items: z.array(Country) }))
      .handle(async ({ query }) => ({ items: await this.#ctx.clients.get(cityStoreClient).countries(query.limit) }))
  }
}
// #endregion
