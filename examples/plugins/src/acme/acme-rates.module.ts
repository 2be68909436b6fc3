import { gtsScope, Module, Problem, type ModuleCtx } from '@modkit/core'
import { z } from 'zod'
import { ratesPlugin, ratesPlugins, type RatesPlugin } from '../rates/rates-sdk.js'

const AcmeConfig = z.strictObject({
  /** Where acme answers. Without it there is no live source, and yesterday's rates have to do. */
  address: z.url().optional(),
})

const YESTERDAY: Readonly<Record<string, number>> = { CHF: 0.94, USD: 1.08 }

/** One vendor with two instances: the live one goes first, where it is configured. */
// #region plugin-module
@Module({ name: 'acme-rates', deps: ['rates'], config: AcmeConfig })
export class AcmeRatesModule {
  init(ctx: ModuleCtx): void {
    const { address } = ctx.config(AcmeConfig)
    const add = (instance: { id: string; priority: number }, plugin: RatesPlugin): void => {
      ctx.clients.registerScoped(ratesPlugin, gtsScope(instance.id), plugin)
      ctx.clients.get(ratesPlugins).add({ ...instance, vendor: 'acme' })
    }
    if (address !== undefined) add({ id: 'acme.live', priority: 10 }, { fetchRate: (to) => liveRate(address, to) })
    add({ id: 'acme.yesterday', priority: 20 }, { fetchRate: (to) => yesterdaysRate(to) })
  }
}
// #endregion

async function liveRate(address: string, currency: string): Promise<number> {
  const response = await fetch(new URL(`/rates/${encodeURIComponent(currency)}`, address))
  if (!response.ok) throw new Problem({ status: 502, title: 'The source of rates does not answer' })
  return z.object({ rate: z.number() }).parse(await response.json()).rate
}

async function yesterdaysRate(currency: string): Promise<number> {
  const rate = YESTERDAY[currency]
  if (rate === undefined) throw new Problem({ status: 404, title: `No rate is known for ${currency}` })
  return rate
}
