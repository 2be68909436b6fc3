import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { gatewayConfig } from '../src/index.js'
import { Pictures } from './fixtures/docs/pictures.js'
import { serve } from './support/serve.js'

const page = readFileSync(new URL('../../../docs/gateway.md', import.meta.url), 'utf8')

describe('the page about the gateway', () => {
  test('shows an upload that works', async () => {
    await using served = await serve({ modules: [Pictures] })
    const form = new FormData()
    form.append('name', 'dot')
    form.append('picture', new File([new Uint8Array(67)], 'dot.png', { type: 'image/png' }))
    const response = await served.fetch('/pictures/v1/pictures', { method: 'POST', body: form })
    expect([response.status, await response.json()]).toEqual([201, { name: 'dot', bytes: 67 }])
    expect(response.headers.get('ratelimit-remaining')).toBe('9')
  })

  test.each(settingsOf(page))('names the setting %s, which exists', async (setting) => {
    const keys = setting.split('.')
    // What is no setting is refused as one that nobody knows; what is one, at most for its value.
    const nested = keys.reduceRight<unknown>((below, key) => ({ [key]: below }), Symbol('of no type'))
    const { issues = [] } = await gatewayConfig['~standard'].validate(nested)
    expect(issues.map(({ message }) => message).join()).not.toMatch(/there is no|unknown/i)
    expect(issues.length).toBeGreaterThan(0)
  })
})

/** The settings in the first column of the page's tables. */
function settingsOf(text: string): string[] {
  return [...text.matchAll(/^\| `([a-z_]+(?:\.[a-z_]+)*)` +\|/gm)].map(([, setting = '']) => setting)
}
