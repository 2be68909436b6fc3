import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { Prices } from './fixtures/docs/prices.js'
import { browserExecutable, launchBrowser } from './support/browser.js'
import { serve, type Serving } from './support/serve.js'

// A browser shares the machine with all that is tested at the same time.
jest.setTimeout(90_000)

const executable = browserExecutable()
const described = executable === undefined ? describe.skip : describe
const script = fileURLToPath(new URL('./fixtures/docs/prices-page.js', import.meta.url))

/** The headers would forbid scripts on what is not meant to be a page. */
const servePrices = (port = 0): Promise<Serving> =>
  serve({
    modules: [Prices],
    config: { bind_addr: `127.0.0.1:${String(port)}`, security_headers: { enabled: false } },
  })

/** What the page is given when it calls a function of this name for the first time. */
function firstCall(page: Page, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    page.exposeFunction(name, resolve).catch(reject)
  })
}

described('the lines of the page on events, in a browser', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launchBrowser(executable ?? '')
  })

  afterAll(() => browser.close())

  test('show a price that comes, and load all of them when another process has taken over', async () => {
    const page = await browser.newPage()
    const calls = { show: firstCall(page, 'show'), loadAllPrices: firstCall(page, 'loadAllPrices') }
    const served = await servePrices()
    const { port } = served
    try {
      await page.goto(`${served.url}/health`)
      const answered = page.waitForResponse(`${served.url}/prices/v1/changes`)
      await page.addScriptTag({ path: script })
      await answered
      served.host.module(Prices).change({ symbol: 'ACME', amount: 7 })
      await expect(calls.show).resolves.toEqual({ symbol: 'ACME', amount: 7 })
    } finally {
      await served[Symbol.asyncDispose]()
    }
    await using _successor = await servePrices(port)
    await calls.loadAllPrices
  })
})
