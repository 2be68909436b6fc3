import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { createHost, type DatabaseEngine } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { Variables } from '../../core/test/support/variables.js'
import { Stock } from './fixtures/docs/stock.js'
import { onEveryEngine, type TestPlace } from './fixtures/test-engines.js'

const fileOf = (name: string): string => fileURLToPath(new URL(`./fixtures/docs/${name}.yaml`, import.meta.url))

/** What the configurations of the page leave to the environment, for a database of a test. */
function variablesOf({ home, section }: TestPlace): Readonly<Record<string, string>> {
  const variables = { APP__SERVER__HOME_DIR: home.path }
  if (typeof section['dsn'] !== 'string') return variables
  const dsn = new URL(section['dsn'])
  const password = decodeURIComponent(dsn.password)
  dsn.password = ''
  return { ...variables, STOCK_DSN: dsn.href, STOCK_PASSWORD: password }
}

const isServer = (engine: DatabaseEngine): boolean => engine !== 'sqlite'

onEveryEngine('the module of the page on databases, configured as it says', (engine) => {
  test('does what the page says', async () => {
    await using place = await engine.place()
    using _variables = new Variables(variablesOf(place))
    const config = fileOf(isServer(engine.name) ? 'stock-on-a-server' : 'stock')
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
