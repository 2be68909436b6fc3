import { describe, expect, test } from '@jest/globals'
import { Router } from 'express'
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
