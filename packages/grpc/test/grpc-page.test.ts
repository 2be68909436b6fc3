import { readFileSync } from 'node:fs'
import { createHost } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import { describe, expect, test } from '@jest/globals'
import { GrpcHub } from '../src/index.js'
import { hubConfig } from '../src/hub/hub-config.js'
import { CalculatorClient } from './calculator-client.js'
import { CalculatorModule } from './fixtures/docs/adder.js'

const page = readFileSync(new URL('../../../docs/grpc.md', import.meta.url), 'utf8')

describe('the page about gRPC', () => {
  test('shows a module that serves', async () => {
    const config = { modules: { 'grpc-hub': { config: { listen_addr: '127.0.0.1:0' } } } }
    const logger = silentLogger
    // #region host
    await using host = createHost({ modules: [GrpcHub, CalculatorModule], config, logger })
    await host.start()
    // #endregion
    using client = new CalculatorClient(host.module(GrpcHub).boundEndpoint() ?? '')
    await expect(client.add(['40', '2'])).resolves.toEqual({ value: '42' })
  })

  test.each(settingsOf(page))('names the setting %s, which exists', async (setting) => {
    const keys = setting.split('.')
    // What is no setting is refused as one that nobody knows; what is one, at most for its value.
    const nested = keys.reduceRight<unknown>((below, key) => ({ [key]: below }), Symbol('of no type'))
    const { issues = [] } = await hubConfig['~standard'].validate(nested)
    expect(issues.map(({ message }) => message).join()).not.toMatch(/not a known key/)
    expect(issues.length).toBeGreaterThan(0)
  })
})

/** The settings in the first column of the page's table of them. */
function settingsOf(text: string): string[] {
  const [, section = ''] = text.split('\n## Settings\n')
  const [table = ''] = section.split('\n## ')
  return [...table.matchAll(/^\| `([a-z_]+(?:\.[a-z_]+)*)` +\|/gm)].map(([, setting = '']) => setting)
}
