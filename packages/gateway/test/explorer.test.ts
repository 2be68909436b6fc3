import { describe, expect, test } from '@jest/globals'
import { authenticatorKey, clientRegistration, type RestApi } from '@modkit/core'
import { rawExchange } from './support/raw-exchange.js'
import { restModule, serve, type Serving } from './support/serve.js'

const closed = (rest: RestApi): void =>
  rest
    .get('/me')
    .authenticated()
    .response(204)
    .handle(() => undefined)
const clients = [clientRegistration(authenticatorKey, { authenticate: () => null })]
const modules = [restModule('users', closed)]

/** The addresses that the page names, as they stand there. */
async function linksOf(served: Serving): Promise<readonly string[]> {
  const page = await (await served.fetch('/docs')).text()
  return [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = '']) => link)
}

describe('the page', () => {
  test('is public, and may run and load nothing but what the gateway serves', async () => {
    await using served = await serve({ modules, clients })
    expect((await served.fetch('/me')).status).toBe(401)
    const { status, headers } = await served.fetch('/docs')
    expect([status, headers.get('content-type'), headers.get('x-content-type-options')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'nosniff',
    ])
    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
  })

  test('may call operations where the configuration says that they are', async () => {
    const servers = ['https://api.example.com/v1', 'https://api.example.com/v2', '/v3', 'http://', 'x; script-src *']
    await using served = await serve({ config: { openapi: { servers } } })
    const policy = (await served.fetch('/docs')).headers.get('content-security-policy')
    expect(policy).toContain("; connect-src 'self' https://api.example.com; base-uri")
  })

  test('bears the title of the document, whatever characters it has', async () => {
    await using served = await serve({ config: { openapi: { title: '</title><script>alert("1")</script>&' } } })
    const page = await (await served.fetch('/docs')).text()
    expect(page).toContain('<title>&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;</title>')
    expect(page).not.toMatch(/<script>/)
  })

  test('names everything relative to itself, so that it works below the path of a proxy', async () => {
    await using served = await serve({})
    const links = await linksOf(served)
    expect(links.length).toBeGreaterThan(5)
    expect(links.filter((link) => !/^(?:openapi\.json|docs\/assets\/[\w.-]+\?v=[\w-]{22}|data:,)$/.test(link))).toEqual(
      [],
    )
    const withSlash = await served.fetch('/docs/', { redirect: 'manual' })
    expect([withSlash.status, withSlash.headers.get('location')]).toEqual([308, '../docs'])
    expect((await served.fetch('/docs/')).url).toBe(`${served.url}/docs`)
  })
})

describe('what the page is made of', () => {
  test('is served with its type, for good where the address bears its tag', async () => {
    await using served = await serve({})
    const assets = (await linksOf(served)).filter((link) => link.startsWith('docs/'))
    expect(assets.map((link) => link.split('?')[0])).toEqual([
      'docs/assets/swagger-ui.css',
      'docs/assets/explorer.css',
      'docs/assets/swagger-ui-bundle.js',
      'docs/assets/explorer.js',
    ])
    for (const link of assets) {
      const { status, headers } = await served.fetch(`/${link}`)
      expect(status).toBe(200)
      expect(headers.get('content-type')).toMatch(link.includes('.css') ? /^text\/css/ : /^text\/javascript/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      const plain = await served.fetch(`/${link.split('?')[0] ?? ''}`)
      expect([plain.status, plain.headers.get('cache-control')]).toEqual([200, 'no-cache'])
      const stale = await served.fetch(`/${link.split('?')[0] ?? ''}?v=older`)
      expect([stale.status, stale.headers.get('cache-control')]).toEqual([200, 'no-cache'])
    }
  })

  test.each([
    '/docs/assets',
    '/docs/assets/',
    '/docs/assets/package.json',
    '/docs/assets/LICENSE',
    '/docs/assets/../package.json',
    '/docs/assets/../../../../../../etc/passwd',
    '/docs/assets/..%2fpackage.json',
    '/docs/assets/%2e%2e/%2e%2e/package.json',
    '/docs/assets/..%5cpackage.json',
    '/docs/assets/explorer.js%00.css',
    '/docs/assets/explorer.js/../swagger-ui.css',
  ])('is all that there is: %s is not found', async (path) => {
    await using served = await serve({})
    const answer = await rawExchange(served.port, `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
  })
})
