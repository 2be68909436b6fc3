import { expect, test } from '@jest/globals'
import { createHost } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { Stock } from './fixtures/docs/stock.js'
import { onEveryEngine } from './fixtures/test-engines.js'

onEveryEngine('the module of the page on databases', (engine) => {
  test('does what the page says', async () => {
    await using place = await engine.place()
    const config = { server: { home_dir: place.home.path }, modules: { stock: { database: place.section } } }
    await using host = createHost({ modules: [Stock], config, logger: silentLogger })
    await host.start()
    const stock = host.module(Stock)
    expect([await stock.add('nut', 5), await stock.add('bolt', 0), await stock.add('nut', 9)]).toEqual([
      'added',
      'added',
      'known',
    ])
    await stock.move('nut', 'bolt', 2)
    expect(await stock.counts()).toEqual({ bolt: 2, nut: 3 })
    expect(await stock.has('nut', new AbortController().signal)).toBe(true)
  })
})
