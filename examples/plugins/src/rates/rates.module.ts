import { choosePlugin, gtsScope, inject, Module, ModuleCtx, PluginSelector, type PluginRecord } from '@modkit/core'
import { z } from 'zod'
import { ratesClient, ratesPlugin, ratesPlugins, type Rates, type RatesPlugin } from './rates-sdk.js'

const RatesConfig = z.strictObject({ vendor: z.string().default('fixed') })

/** The main module: it knows no plugin, and asks the one that vendor and priority choose. */
// #region main-module
@Module({ name: 'rates', provides: [ratesClient, ratesPlugins], config: RatesConfig })
export class RatesModule implements Rates {
  readonly #ctx = inject(ModuleCtx)
  readonly #records: PluginRecord[] = []
  readonly #chosen = new PluginSelector<RatesPlugin>()

  init({ clients }: ModuleCtx): void {
    clients.register(ratesClient, this)
    clients.register(ratesPlugins, { add: (record) => void this.#records.push(record) })
  }

  async rateOf(currency: string): Promise<number> {
    // Chosen at the first call: by then every plugin has had its init.
    const plugin = await this.#chosen.get(() => this.#choose())
    return plugin.fetchRate(currency)
  }

  #choose(): RatesPlugin {
    const { vendor } = this.#ctx.config(RatesConfig)
    const candidates = this.#records.map((content) => ({ id: content.id, content }))
    const { id } = choosePlugin(candidates, vendor)
    this.#ctx.logger.info('Chose a source of rates', { vendor, plugin: id })
    return this.#ctx.clients.getScoped(ratesPlugin, gtsScope(id))
  }
}
// #endregion
