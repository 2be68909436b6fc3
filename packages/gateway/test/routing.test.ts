import { describe, expect, test } from '@jest/globals'
import { createHost, HostError, type RestApi } from '@modkit/core'
import { silentLogger } from '@modkit/core/spi'
import express from 'express'
import * as z from 'zod'
import { jsonSchema } from '../src/index.js'
import { rawExchange } from './support/raw-exchange.js'
import { restModule, serve, unstarted } from './support/serve.js'

const Text = z.object({ at: z.string() })

/** Declares an operation that answers where it is. */
function declare(rest: RestApi, method: 'get' | 'post' | 'delete' | 'head' | 'options', path: string): void {
  rest[method](path)
    .public()
    .response(200, Text)
    .handle(() => ({ at: `${method} ${path}` }))
}

describe('a path that an operation owns', () => {
  test('answers other methods 405 with those it allows, also where a mount would answer', async () => {
    await using served = await serve((rest) => {
      declare(rest, 'get', '/users/{id}')
      declare(rest, 'delete', '/users/{id}')
      rest.mount('/legacy', (_, response) => void response.send('legacy'))
    })
    const response = await served.send('PUT /users/7', {})
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, DELETE, HEAD, OPTIONS')
    expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 })
  })

  test('answers OPTIONS with the allowed methods', async () => {
    await using served = await serve((rest) => declare(rest, 'post', '/users'))
    const response = await served.fetch('/users', { method: 'OPTIONS' })
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'POST, OPTIONS'])
  })

  test('answers HEAD as GET without the body, unless an operation answers HEAD itself', async () => {
    await using served = await serve((rest) => {
      declare(rest, 'get', '/a')
      declare(rest, 'get', '/b')
      rest
        .head('/b')
        .public()
        .response(204)
        .handle(() => undefined)
    })
    const asGet = await served.fetch('/a', { method: 'HEAD' })
    expect([asGet.status, await asGet.text(), asGet.headers.get('content-length')]).toEqual([200, '', '15'])
    expect((await served.fetch('/b', { method: 'HEAD' })).status).toBe(204)
  })

  test('answers HEAD as GET where the path of the GET operation says more of it', async () => {
    await using served = await serve((rest) => {
      declare(rest, 'get', '/files/latest')
      declare(rest, 'get', '/files/{id}')
      declare(rest, 'get', '/pages/{id}/about')
      for (const path of ['/files/{id}', '/pages/{*rest}'] as const)
        rest
          .head(path)
          .public()
          .response(204)
          .handle(() => undefined)
    })
    const statuses = ['/files/latest', '/files/7', '/pages/7/about', '/pages/7'].map(
      async (path) => (await served.fetch(path, { method: 'HEAD' })).status,
    )
    expect(await Promise.all(statuses)).toEqual([200, 204, 200, 204])
  })

  test('is compared as Express does: neither letter case nor one trailing slash matter', async () => {
    await using served = await serve((rest) => declare(rest, 'get', '/Users/{id}'))
    const statuses = await Promise.all(
      ['/users/Ada', '/USERS/Ada/', '/%75sers/Ada', '/users/Ada/more', '/users//Ada', '/users', '/users//'].map(
        async (path) => (await served.fetch(path)).status,
      ),
    )
    expect(statuses).toEqual([200, 200, 200, 404, 404, 404, 404])
  })

  test('keeps the letter case of its parameters', async () => {
    await using served = await serve((rest) => {
      rest
        .get('/users/{id}')
        .public()
        .response(200, z.object({ id: z.string() }))
        .handle(({ params }) => ({ id: params.id }))
    })
    expect(await (await served.fetch('/USERS/AdA')).json()).toEqual({ id: 'AdA' })
  })

  test.each(['/users/%', '/users/%ff', '/users/%c3%28', '/%zz'])(
    'answers the bad encoding %s with 400',
    async (path) => {
      await using served = await serve((rest) => declare(rest, 'get', '/users/{id}'))
      const response = await rawExchange(served.port, `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
      expect(response).toMatch(/^HTTP\/1\.1 400 /)
      expect(response).toContain('PATH_MALFORMED')
    },
  )

  test('with a literal segment wins over a parameter of the same module', async () => {
    await using served = await serve((rest) => {
      declare(rest, 'get', '/users/{id}')
      declare(rest, 'get', '/users/me')
    })
    expect(await (await served.fetch('/users/me')).json()).toEqual({ at: 'get /users/me' })
  })
})

describe('a path that nobody owns', () => {
  test('answers 404 as a problem', async () => {
    await using served = await serve({})
    const response = await served.fetch('/nothing?secret=1')
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND', instance: '/nothing' })
  })

  test('says where to look, unless there is no page', async () => {
    for (const [config, detail] of [
      [{}, 'Nothing is served at this path. What is served is listed at /docs.'],
      [{ enable_docs: false }, 'Nothing is served at this path.'],
    ] as const) {
      await using served = await serve({ config })
      expect(await (await served.fetch('/')).json()).toMatchObject({ status: 404, instance: '/', detail })
      served.gateway.use((_request, _response, next) => next())
      expect(await (await served.fetch('/')).json()).toMatchObject({ status: 404, instance: '/', detail })
    }
  })
})

describe('a mount', () => {
  test('serves an Express router with the common headers, below its path', async () => {
    const router = express.Router()
    router.get('/page', (request, response) => void response.json({ url: request.url, base: request.baseUrl }))
    await using served = await serve((rest) => rest.mount('/legacy', router))
    const response = await served.fetch('/legacy/page')
    expect(await response.json()).toEqual({ url: '/page', base: '/legacy' })
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-request-id')).toMatch(/\S/)
    expect(response.headers.get('x-powered-by')).toBeNull()
  })

  test('that fails answers a problem without its message', async () => {
    await using served = await serve((rest) =>
      rest.mount('/legacy', () => {
        throw new Error('at /srv/secret')
      }),
    )
    const response = await served.fetch('/legacy')
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')])
  })
})

describe('routes that do not fit together', () => {
  const noRoutes = (): void => undefined
  const a = (rest: RestApi, path: string) => declare(rest, 'get', path)

  test.each<[string, readonly ((rest: RestApi) => void)[], RegExp]>([
    [
      'the same path',
      [(r) => a(r, '/users/{id}'), (r) => a(r, '/users/{name}')],
      /^GET \/users\/{id} of module "first" matches the same requests$/,
    ],
    ['the same path in other letters', [(r) => a(r, '/Users'), (r) => a(r, '/users')], /matches the same requests/],
    [
      'a literal for a parameter',
      [(r) => a(r, '/users/{id}'), (r) => a(r, '/users/me')],
      /GET \/users\/me of module "second" and GET \/users\/{id} of module "first", and one would shadow/,
    ],
    ['a rest over a path', [(r) => a(r, '/files/{*rest}'), (r) => a(r, '/files/a/b')], /would shadow/],
    ['two patterns that cross', [(r) => a(r, '/{x}/users'), (r) => a(r, '/admin/{y}')], /would shadow/],
    [
      'a mount over an operation',
      [(r) => a(r, '/api/x'), (r) => r.mount('/api', () => undefined)],
      /^the mount of module "second" covers GET \/api\/x of module "first"$/,
    ],
    ['a mount under a rest', [(r) => a(r, '/api/{*x}'), (r) => r.mount('/api/legacy', () => undefined)], /covers/],
    ['a mount under a parameter', [(r) => a(r, '/{x}'), (r) => r.mount('/legacy', () => undefined)], /covers/],
    [
      'a mount within that of another module',
      [(r) => r.mount('/m/inner', () => undefined), (r) => r.mount('/m', () => undefined)],
      /^mount \/m of module "second" covers it$/,
    ],
    [
      'two mounts',
      [(r) => r.mount('/m', () => undefined), (r) => r.mount('/M', () => undefined)],
      /^mount \/m of module "first" is at/,
    ],
  ])('(%s) end the start with an error that names both modules', async (_, [first, second], reason) => {
    const modules = [restModule('first', first ?? noRoutes), restModule('second', second ?? noRoutes)]
    const host = unstarted({ modules })
    const error = HostError.find(await host.start().catch((error: unknown) => error), 'ROUTE_CONFLICT')
    expect([...(error?.details.modules ?? [])].sort()).toEqual(['first', 'second'])
    expect(error?.details.reason).toMatch(reason)
  })

  test.each<[string, (rest: RestApi) => void, (rest: RestApi) => void]>([
    ['other methods', (r) => a(r, '/users'), (r) => declare(r, 'post', '/users')],
    ['other lengths', (r) => a(r, '/users/{id}'), (r) => a(r, '/users/{id}/pets')],
    ['a rest of other paths', (r) => a(r, '/files/{*rest}'), (r) => a(r, '/files')],
    [
      'two mounts of one module, one within the other',
      (r) => {
        r.mount('/m/inner', () => undefined)
        r.mount('/m', () => undefined)
      },
      noRoutes,
    ],
    ['a mount beside operations', (r) => a(r, '/api/x'), (r) => r.mount('/apis', () => undefined)],
  ])('(%s) are none', async (_, first, second) => {
    await using served = await serve({ modules: [restModule('first', first), restModule('second', second)] })
    expect(served.host.state).toBe('running')
  })

  const ownPaths = ['/health', '/healthz', '/health/ready', '/health/live', '/health/startup']
  const docsPaths = ['/openapi.json', '/openapi.yaml', '/docs', '/docs/assets/swagger-ui.css', '/docs/assets/any']
  const mount = (r: RestApi, path: string) => r.mount(path, () => undefined)

  async function conflictOf(declared: (rest: RestApi) => void) {
    const host = unstarted({ modules: [restModule('users', declared)] })
    return HostError.find(await host.start().catch((error: unknown) => error), 'ROUTE_CONFLICT')
  }

  test.each([...ownPaths, ...docsPaths])('(%s is the gateway’s own) end the start', async (path) => {
    const declarations = [
      ['GET', (r: RestApi) => a(r, path)],
      ['POST', (r: RestApi) => declare(r, 'post', path.toUpperCase())],
      ['mount', (r: RestApi) => mount(r, path)],
    ] as const
    for (const [kind, declared] of declarations) {
      const error = await conflictOf(declared)
      expect(error?.details.modules).toEqual(['api-gateway', 'users'])
      expect(error?.details.route).toBe(`${kind} ${kind === 'POST' ? path.toUpperCase() : path}`)
      expect(error?.details.reason).toMatch(/^"api-gateway" answers (GET|everything below) \/\S+ itself/)
      expect(error?.details.reason.includes('enable_docs: false')).toBe(docsPaths.includes(path))
    }
  })

  test.each(['/docs/assets', '/docs'])(
    '(a mount at %s would cover what the gateway serves) end the start',
    async (path) => {
      expect((await conflictOf((r) => mount(r, path)))?.details.reason).toContain('/docs')
    },
  )

  test('do not, once the document and its page are switched off', async () => {
    const modules = [restModule('users', (rest) => docsPaths.forEach((path) => a(rest, path)))]
    await using served = await serve({ modules, config: { enable_docs: false } })
    for (const path of docsPaths) expect(await (await served.fetch(path)).json()).toEqual({ at: `get ${path}` })
    await using without = await serve({ config: { enable_docs: false } })
    for (const path of docsPaths) expect((await without.fetch(path)).status).toBe(404)
  })

  test('do not, beside the gateway’s own paths: parameters and a mount at the root take what is left', async () => {
    await using served = await serve((rest) => {
      a(rest, '/{name}')
      a(rest, '/docs/{page}')
    })
    expect(await (await served.fetch('/pricing')).json()).toEqual({ at: 'get /{name}' })
    expect(await (await served.fetch('/docs/guide')).json()).toEqual({ at: 'get /docs/{page}' })
    expect((await served.fetch('/docs')).headers.get('content-type')).toContain('text/html')
    await using rooted = await serve((rest) => rest.mount('/', (_, response) => void response.send('root')))
    expect(await (await rooted.fetch('/any/thing')).text()).toBe('root')
    expect((await rooted.fetch('/health/live')).headers.get('content-type')).toContain('json')
  })

  test('are all reported at once', async () => {
    const host = unstarted({
      modules: [
        restModule('users', (rest) => {
          a(rest, '/users')
          a(rest, '/users')
          rest.get('/forgotten').public().response(200, Text)
          rest
            .get('/closed')
            .authenticated()
            .response(200, Text)
            .handle(() => ({ at: '' }))
        }),
      ],
    })
    const error = HostError.find(await host.start().catch((error: unknown) => error), 'ROUTES_INVALID')
    expect(error?.details.problems.map(({ code }) => code)).toEqual([
      'OPERATION_INCOMPLETE',
      'ROUTE_CONFLICT',
      'AUTHENTICATOR_MISSING',
    ])
  })
})

describe('an operation that cannot be served', () => {
  async function failureOf(declare: (rest: RestApi) => void) {
    const host = unstarted({ modules: [restModule('users', declare)] })
    const error: unknown = await host.start().catch((error: unknown) => error)
    return HostError.find(error)?.cause as HostError
  }

  test('because it was never handled is named with its module', async () => {
    expect(await failureOf((rest) => void rest.get('/a').public())).toMatchObject({
      code: 'OPERATION_INCOMPLETE',
      message: expect.stringMatching(/ \((?:\S*\/)?routing\.test\.ts:\d+:\d+\)\.$/),
      details: { route: 'GET /a', module: 'users' },
    })
  })

  test('because a schema has no JSON form is named with the field', async () => {
    const Order = z.object({ id: z.string(), lines: z.array(z.object({ at: z.date() })) })
    const failure = await failureOf((rest) =>
      rest
        .get('/orders')
        .public()
        .response(200, Order)
        .handle(() => ({ id: '1', lines: [] })),
    )
    expect(failure).toMatchObject({
      code: 'ROUTE_SCHEMA_UNSUPPORTED',
      details: { route: 'GET /orders', field: 'response 200/lines/*/at' },
    })
  })

  test('because its params schema does not fit its path says so', async () => {
    const params = jsonSchema<{ other: string }>({ type: 'object', properties: { other: { type: 'string' } } })
    const failure = await failureOf((rest) =>
      rest
        .get('/a/{id}')
        .params(params as never)
        .public()
        .response(204)
        .handle(() => undefined),
    )
    expect(failure).toMatchObject({ code: 'ROUTE_INVALID', details: { reason: expect.stringContaining('lacks "id"') } })
  })
})

test('a host with REST modules but no gateway is refused', async () => {
  const host = createHost({
    modules: [restModule('users', (rest) => declare(rest, 'get', '/a'))],
    config: {},
    logger: silentLogger,
  })
  await expect(host.start()).rejects.toMatchObject({ code: 'REST_REQUIRES_HOST' })
})
