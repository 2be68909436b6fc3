import { describe, expect, test } from '@jest/globals'
import type { RestApi } from '@modkit/core'
import express, { type Request, type RequestHandler } from 'express'
import * as z from 'zod'
import { restModule, serve, type Serving } from './support/serve.js'

const facts = ({ ip, ips, protocol, hostname }: Request) => ({ ip, ips, protocol, hostname })

const tell: RequestHandler = (request, response) => void response.json(facts(request))

const declare = (rest: RestApi): void => {
  rest
    .get('/operation')
    .public()
    .response(200, z.any())
    .handle(({ request, clientAddress }) => ({ ...facts(request), clientAddress }))
  rest.mount('/router', express.Router().use(tell))
  rest.mount('/application', express().use(tell))
  rest.mount('/nested', express().use(express().use(tell)))
}

const behind = (trusted_proxies: number): Promise<Serving> =>
  serve({ modules: [restModule('facts', declare)], config: { trusted_proxies } })

const forwarded = {
  'x-forwarded-for': '6.6.6.6, ::FFFF:1.2.3.4',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.example',
}

const told = async (served: Serving, path: string): Promise<unknown> =>
  (await served.fetch(path, { headers: forwarded })).json()

describe.each(['/operation', '/router', '/application', '/nested'])('a request of Express to %s', (path) => {
  test('is from the client, as the trusted proxies say, and for the host that it names', async () => {
    await using served = await behind(1)
    expect(await told(served, path)).toMatchObject({ ip: '1.2.3.4', protocol: 'https', hostname: '127.0.0.1' })
  })

  test('is from the connection where no proxy is trusted', async () => {
    await using served = await behind(0)
    const expected = { ip: '127.0.0.1', ips: [], protocol: 'http', hostname: '127.0.0.1' }
    expect(await told(served, path)).toMatchObject(expected)
  })
})

test('operations say the same, whichever way they are asked, also behind middleware', async () => {
  await using served = await behind(1)
  served.gateway.use((request, response, next) => {
    response.setHeader('x-ip', request.ip ?? '')
    next()
  })
  const response = await served.fetch('/operation', { headers: forwarded })
  expect(response.headers.get('x-ip')).toBe('1.2.3.4')
  expect(await response.json()).toMatchObject({ ip: '1.2.3.4', clientAddress: '1.2.3.4' })
})

describe('an application that is told itself whom to trust', () => {
  const its = { ip: '6.6.6.6', protocol: 'https', hostname: 'evil.example' }
  const headers = { ...forwarded, 'x-forwarded-for': '6.6.6.6, 1.2.3.4' }

  test('does so when it is mounted', async () => {
    const application = express().set('trust proxy', true).use(tell)
    await using served = await serve((rest) => rest.mount('/application', application))
    expect(await (await served.fetch('/application', { headers })).json()).toMatchObject(its)
  })

  test('does so when it is the gateway’s own', async () => {
    await using served = await behind(0)
    served.gateway.app.set('trust proxy', true)
    expect(await (await served.fetch('/router', { headers })).json()).toMatchObject(its)
  })
})
