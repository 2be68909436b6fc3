import { gtsScope, Module, type ModuleCtx } from '@modkit/core'
import { z } from 'zod'
import { ratesPlugin, ratesPlugins } from '../rates/rates-sdk.js'

const FixedConfig = z.strictObject({ rate: z.number().positive().default(1) })

/** A vendor whose rates never move: for tests, and for those who travel nowhere. */
@Module({ name: 'fixed-rates', deps: ['rates'], config: FixedConfig })
export class FixedRatesModule {
  init(ctx: ModuleCtx): void {
    const { rate } = ctx.config(FixedConfig)
    ctx.clients.registerScoped(ratesPlugin, gtsScope('fixed.one'), { fetchRate: () => Promise.resolve(rate) })
    ctx.clients.get(ratesPlugins).add({ id: 'fixed.one', vendor: 'fixed', priority: 100 })
  }
}
