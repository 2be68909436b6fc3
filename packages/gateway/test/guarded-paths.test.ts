import { describe, expect, test } from '@jest/globals'
import { Router, type RequestHandler } from 'express'
import * as z from 'zod'
import { rawExchange } from './support/raw-exchange.js'
import { serve, type Serving } from './support/serve.js'

/** An operation, and middleware in front that lets nobody near it. */
async function guarded(): Promise<Serving> {
  const served = await serve((rest) => {
    rest
      .get('/admin/users')
      .public()
      .response(200, 'text/plain')
      .handle(() => 'everything')
  })
  served.gateway.use(Router().use('/admin', (_request, response) => void response.status(401).end('keep out')))
  return served
}

function ask(served: Serving, target: string): Promise<string> {
  return rawExchange(served.port, `GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
}

describe('a path that middleware guards', () => {
  test.each([
    '/admin/users',
    '/admin/users/',
    '/ADMIN/users?x',
    '/%61dmin/users',
    '/a%64min/%75sers',
    '/%41DMIN/users',
    'http://a/admin/users',
    'https://a:443/%61dmin/users',
    '/admin//users',
    '/admin/users;x',
    '/admin/users#x',
  ])('is guarded however it is written: %s', async (target) => {
    await using served = await guarded()
    expect(await ask(served, target)).toContain('keep out')
  })

  test.each([
    "http://a'/admin/users",
    'http://a;b/admin/users',
    'http://a?/admin/users',
    'http://a@b/admin/users',
    'http:///admin/users',
    'ftp://a/admin/users',
    '//admin/users',
    '/./admin/users',
    '/x/../admin/users',
    '/%2e/admin/users',
    '/admin%2Fusers',
    '/%2561dmin/users',
    '/%%36%31dmin/users',
    '/%6%31dmin/users',
    '/admin\\users',
    '/%00/admin/users',
    '/;/admin/users',
  ])('cannot be reached by another: %s', async (target) => {
    await using served = await guarded()
    const answer = await ask(served, target)
    expect(answer).toMatch(/^HTTP\/1\.1 40[014] /)
    expect(answer).not.toContain('everything')
  })
})

test.each(['/shops//', '/shops//items', '/shops//items/', '/shops//?x', '/SHOPS//', '/%73hops//items'])(
  'a parameter is never nothing, which its guard would not be asked about: %s',
  async (target) => {
    await using served = await serve((rest) => {
      for (const path of ['/shops/{shop}', '/shops/{shop}/items'] as const)
        rest
          .get(path)
          .public()
          .params(z.object({ shop: z.string() }))
          .response(200, 'text/plain')
          .handle(() => 'everything')
    })
    const keepOut: RequestHandler = (_request, response) => void response.status(401).end('keep out')
    served.gateway.use(Router().all(['/shops/:shop', '/shops/:shop/items'], keepOut))
    expect(await ask(served, '/shops/7/items')).toContain('keep out')
    expect(await ask(served, target)).toMatch(/^HTTP\/1\.1 404 /)
  },
)

describe('a letter whose lower case is that of another', () => {
  /** Guarded, and with parameters in which these letters are letters like any. */
  async function backoffice(): Promise<Serving> {
    const served = await serve((rest) => {
      for (const path of ['/backoffice/users', '/index'] as const)
        rest
          .get(path)
          .public()
          .response(200, 'text/plain')
          .handle(() => 'everything')
      rest
        .get('/cities/{city}/weather/{*when}')
        .public()
        .response(200, z.object({ city: z.string(), when: z.string() }))
        .handle(({ params }) => params)
      rest
        .get('/cities/k/weather/{*when}')
        .public()
        .response(200, 'text/plain')
        .handle(() => 'of k')
    })
    const keepOut: RequestHandler = (_request, response) => void response.status(401).end('keep out')
    served.gateway.use(Router().use('/backoffice', keepOut).use('/index', keepOut))
    return served
  }

  test.each([
    '/bac%E2%84%AAoffice/users',
    '/bac%e2%84%aaoffice/users?x',
    '/BAC%E2%84%aAOFFICE/%75sers/',
    '/%C4%B0ndex',
    '/%c4%b0ndex',
  ])('does not lead past who guards a path: %s', async (target) => {
    await using served = await backoffice()
    expect(await ask(served, target)).toMatch(/^HTTP\/1\.1 404 /)
  })

  test.each([
    ['/cities/%C4%B0zmir/weather/today', { city: 'İzmir', when: 'today' }],
    ['/cities/%E2%84%AA/weather/%C4%B0/%EE%80%80%EE%80%81', { city: '\u212A', when: 'İ/\uE000\uE001' }],
    ['/cities/%2525%c4%b0/weather/a%2Fb?%C4%B0', { city: '%25İ', when: 'a/b' }],
  ])('is one of its own in a parameter: %s', async (target, params) => {
    await using served = await backoffice()
    const response = await served.fetch(target)
    expect([response.status, await response.json()]).toEqual([200, params])
  })

  test('leaves a path malformed that is', async () => {
    await using served = await backoffice()
    expect(await ask(served, '/cities/%C4%B0%C4/weather/x')).toMatch(/^HTTP\/1\.1 400 /)
  })
})
