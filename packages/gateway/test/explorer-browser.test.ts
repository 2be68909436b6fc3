import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { authenticatorKey, clientRegistration, type RestApi } from '@modkit/core'
import type { Browser, Locator, Page } from 'playwright-core'
import * as z from 'zod'
import { browserExecutable, launchBrowser } from './support/browser.js'
import { restModule, serve, type Serving } from './support/serve.js'

const Pet = z.object({ name: z.string(), nick: z.string().default('none') }).meta({ id: 'Pet' })

function users(rest: RestApi): void {
  rest
    .get('/users/{id}')
    .summary('One user')
    .description('Finds **one** user.')
    .authenticated('users:read')
    .params(z.object({ id: z.string() }))
    .query(z.object({ deep: z.boolean().default(false) }))
    .response(200, z.object({ id: z.string(), caller: z.string(), deep: z.boolean() }))
    .standardErrors()
    .timeout('5s')
    .handle(({ params, query, security }) => ({ id: params.id, caller: security.subject, deep: query.deep }))
}

function pets(rest: RestApi): void {
  rest
    .post('/pets')
    .summary('Add a pet')
    .public()
    .body(Pet)
    .response(201, Pet)
    .handle(({ body }) => body)
  rest
    .get('/pets')
    .summary('All pets')
    .deprecated()
    .public()
    .response(200, z.array(Pet))
    .handle(() => [])
}

const clients = [
  clientRegistration(authenticatorKey, {
    authenticate: ({ headers }) =>
      headers.authorization === 'Bearer the-token' ? { subject: 'ada', scopes: ['*'] } : null,
  }),
]

// A browser shares the machine with all that is tested at the same time.
jest.setTimeout(90_000)

const executable = browserExecutable()
const isRequired = process.env['CI'] === 'true'

test('there is a browser wherever one is required', () => {
  expect(isRequired && executable === undefined).toBe(false)
})

const described = executable === undefined ? describe.skip : describe

described('the page in a browser', () => {
  let browser: Browser
  let served: Serving

  beforeAll(async () => {
    browser = await launchBrowser(executable ?? '')
    served = await serve({
      modules: [restModule('users', users), restModule('pets', pets)],
      clients,
      config: { openapi: { title: 'Pets and their people', version: '2.1.0', description: 'An **example**.' } },
    })
  })

  afterAll(async () => {
    await browser.close()
    await served[Symbol.asyncDispose]()
  })

  /** The page once it has drawn its operations, and everything that went wrong or elsewhere meanwhile. */
  async function open(options: { colorScheme: 'light' | 'dark' }) {
    const context = await browser.newContext({ ...options, viewport: { width: 1_280, height: 1_000 } })
    const page = await context.newPage()
    const complaints: string[] = []
    const foreign: string[] = []
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => complaints.push(String(error)))
    context.on('request', (request) => {
      if (!request.url().startsWith(`${served.url}/`) && !request.url().startsWith('data:')) foreign.push(request.url())
    })
    await page.goto(`${served.url}/docs`)
    await page.locator('.opblock').first().waitFor()
    return { page, complaints, foreign, [Symbol.asyncDispose]: () => context.close() }
  }

  test('lists the operations by module, without a word to any other host and without an error', async () => {
    await using opened = await open({ colorScheme: 'light' })
    const { page } = opened
    expect(await page.title()).toBe('Pets and their people')
    const sections = await page.locator('.opblock-tag-section').all()
    const listed = await Promise.all(
      sections.map(async (section) => [
        await section.locator('.opblock-tag').getAttribute('data-tag'),
        await section.locator('.opblock-summary-method').allInnerTexts(),
      ]),
    )
    expect(listed).toEqual([
      ['pets', ['GET', 'POST']],
      ['users', ['GET']],
    ])
    await keepPicture(page, 'list-light')
    expect(opened).toMatchObject({ complaints: [], foreign: [] })
  })

  test('calls an operation with the token that was entered, and shows the answer', async () => {
    await using opened = await open({ colorScheme: 'light' })
    const { page } = opened
    await page.getByRole('button', { name: 'Authorize' }).click()
    await page.locator('.modal-ux input').fill('the-token')
    await page.locator('.modal-ux').getByRole('button', { name: 'Apply credentials' }).click()
    await page.locator('.modal-ux .close-modal').click()
    const operation = await tryOut(page, 'One user')
    await operation.getByPlaceholder('id', { exact: true }).fill('a/7 ü')
    await operation.getByRole('button', { name: 'Execute' }).click()
    expect(await answerOf(operation)).toEqual(['200', { id: 'a/7 ü', caller: 'ada', deep: false }])
    await keepPicture(page, 'called-light')
    expect(opened).toMatchObject({ complaints: [], foreign: [] })
  })

  test('sends a body, made from the schema, and shows what is wrong with it', async () => {
    await using opened = await open({ colorScheme: 'light' })
    const operation = await tryOut(opened.page, 'Add a pet')
    await operation.getByRole('button', { name: 'Execute' }).click()
    expect(await answerOf(operation)).toEqual(['201', { name: 'string', nick: 'none' }])
    await operation.locator('textarea').fill('{}')
    const refused = opened.page.waitForResponse((response) => response.status() === 422)
    await operation.getByRole('button', { name: 'Execute' }).click()
    await refused
    await operation.locator('.live-responses-table').getByText('422').first().waitFor()
    expect(await answerOf(operation)).toMatchObject([expect.stringContaining('422'), { code: 'VALIDATION_FAILED' }])
    expect(opened.foreign).toEqual([])
  })

  test('is dark for those who prefer it dark, and follows when they change their mind', async () => {
    await using opened = await open({ colorScheme: 'dark' })
    const { page } = opened
    const [background, text] = await brightness(page)
    expect([background < 60, text > 180]).toEqual([true, true])
    await keepPicture(page, 'list-dark')
    await tryOut(page, 'One user')
    await keepPicture(page, 'opened-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.locator('html:not(.dark-mode)').waitFor()
    const [lightBackground, darkText] = await brightness(page)
    expect([lightBackground > 200, darkText < 120]).toEqual([true, true])
    expect(opened).toMatchObject({ complaints: [], foreign: [] })
  })
})

/** Opens an operation and its form. */
async function tryOut(page: Page, summary: string): Promise<Locator> {
  const operation = page.locator('.opblock', { hasText: summary })
  await operation.locator('.opblock-summary-control').click()
  await operation.getByRole('button', { name: 'Try it out' }).click()
  return operation
}

/** The status and the body that the page shows. */
async function answerOf(operation: Locator): Promise<[string, unknown]> {
  const answer = operation.locator('.live-responses-table tbody tr').first()
  const body = await answer.locator('.highlight-code code').first().innerText()
  return [await answer.locator('.response-col_status').innerText(), JSON.parse(body)]
}

/** How bright the background and the title are, from 0 to 255. */
async function brightness(page: Page): Promise<[number, number]> {
  const colours: unknown = await page.evaluate(
    "['html', '.info .title'].map((at) => getComputedStyle(document.querySelector(at))).map((style) => [style.backgroundColor, style.color])",
  )
  // As the expression says: two pairs of texts such as "rgb(28, 32, 34)".
  const [[background], [, text]] = colours as [[string, string], [string, string]]
  const channels = (colour: string): number[] => colour.match(/\d+/g)?.slice(0, 3).map(Number) ?? []
  return [Math.max(...channels(background)), Math.max(...channels(text))]
}

/** For people: `MODKIT_TEST_PICTURES` names the folder. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['MODKIT_TEST_PICTURES']
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
