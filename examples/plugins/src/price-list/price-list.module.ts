import { inject, Module, ModuleCtx, type RestApi, type RestModule } from '@modkit/core'
import { z } from 'zod'
import { ratesClient } from '../rates/rates-sdk.js'

const prices = { map: 4, compass: 25 } as const

/** Depends on the main module alone: which plugins there are is none of its business. */
@Module({ name: 'price-list', deps: ['rates'], capabilities: ['rest'] })
export class PriceListModule implements RestModule {
  readonly #ctx = inject(ModuleCtx)

  registerRest(_ctx: ModuleCtx, rest: RestApi): void {
    rest
      .get('/prices/v1/prices')
      .operationId('prices.list')
      .public()
      .query(z.object({ currency: z.string().regex(/^[A-Z]{3}$/) }))
      .response(200, z.record(z.string(), z.number()))
      .standardErrors()
      .handle(async ({ query }) => {
        const rate = await this.#ctx.clients.get(ratesClient).rateOf(query.currency)
        return Object.fromEntries(Object.entries(prices).map(([name, euros]) => [name, euros * rate]))
      })
  }
}
