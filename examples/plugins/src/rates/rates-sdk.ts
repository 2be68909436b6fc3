import { clientKey, type PluginRecord } from '@modkit/core'

// #region public
/** What other modules see: exchange rates, whoever they come from. */
export interface Rates {
  /** How much of `currency` one euro buys. */
  rateOf(currency: string): Promise<number>
}
export const ratesClient = clientKey<Rates>('rates')
// #endregion

// #region plugin
/** What a source of rates implements. Each of its instances registers one under its own scope. */
export interface RatesPlugin {
  fetchRate(currency: string): Promise<number>
}
export const ratesPlugin = clientKey<RatesPlugin>('rates.plugin')

/** Where a plugin says that it is there. */
export interface RatesPlugins {
  add(record: PluginRecord): void
}
export const ratesPlugins = clientKey<RatesPlugins>('rates.plugins')
// #endregion
