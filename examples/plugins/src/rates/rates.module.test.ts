import { beforeAll, expect, test } from '@jest/globals'
import { gtsScope } from '@modkit/core'
import { testModule } from '@modkit/testing'
import { matchers } from '@modkit/testing/jest'
import { ratesClient, ratesPlugin, ratesPlugins } from './rates-sdk.js'
import { RatesModule } from './rates.module.js'

beforeAll(() => expect.extend(matchers))

// #region scoped
test('of two instances of a vendor the one with the lowest priority is asked, and stays chosen', async () => {
  await using rates = await testModule(RatesModule)
    .mockScoped(ratesPlugin, gtsScope('bank.a'), { fetchRate: () => Promise.resolve(1) })
    .mockScoped(ratesPlugin, gtsScope('bank.b'), { fetchRate: () => Promise.resolve(2) })
    .withConfig({ vendor: 'bank' })
    .init()
  const plugins = rates.clients.get(ratesPlugins)
  plugins.add({ id: 'bank.a', vendor: 'bank', priority: 20 })
  plugins.add({ id: 'bank.b', vendor: 'bank', priority: 10 })

  await expect(rates.clients.get(ratesClient).rateOf('USD')).resolves.toBe(2)
  plugins.add({ id: 'bank.c', vendor: 'bank', priority: 1 })
  await expect(rates.clients.get(ratesClient).rateOf('USD')).resolves.toBe(2)
})
// #endregion

test('a vendor without a plugin is an error that names those that are there, and is asked for again', async () => {
  await using rates = await testModule(RatesModule)
    .mockScoped(ratesPlugin, gtsScope('late'), { fetchRate: () => Promise.resolve(3) })
    .withConfig({ vendor: 'nobody' })
    .init()
  const plugins = rates.clients.get(ratesPlugins)
  plugins.add({ id: 'other', vendor: 'bank', priority: 1 })
  const missing = { vendor: 'nobody', vendors: ['bank'] }
  await expect(rates.module.rateOf('USD')).rejects.toBeHostError('PLUGIN_NOT_FOUND', missing)
  plugins.add({ id: 'late', vendor: 'nobody', priority: 1 })
  await expect(rates.module.rateOf('USD')).resolves.toBe(3)
})
