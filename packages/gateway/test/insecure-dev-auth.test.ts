import { afterEach, describe, expect, test } from '@jest/globals'
import { authenticatorKey, defineModule, type ModuleClass, type ModuleCtx } from '@modkit/core'
import { InsecureDevAuth, JwtAuth, type InsecureDevAuthConfig } from '../src/index.js'
import { me } from './support/guarded.js'
import { recordingLogger, restModule, serve, unstarted, type ServeOptions, type Serving } from './support/serve.js'

const options = (config: InsecureDevAuthConfig = {}, more: ServeOptions = {}): ServeOptions => ({
  modules: [InsecureDevAuth, restModule('users', me)],
  sections: { 'insecure-dev-auth': { config } },
  ...more,
})

const callerOf = async (served: Serving, headers: Record<string, string> = {}): Promise<unknown> =>
  (await served.fetch('/me', { headers })).json()

describe('authentication for development', () => {
  test('lets every request in as a developer who may do everything', async () => {
    await using served = await serve(options())
    expect(await callerOf(served)).toEqual({ subject: 'developer', scopes: ['*'] })
    expect(await callerOf(served, { authorization: 'Bearer nonsense' })).toMatchObject({ subject: 'developer' })
    expect((await served.fetch('/users')).status).toBe(204)
  })

  test('lets every request in as whom the configuration says', async () => {
    await using served = await serve(options({ subject: 'ada', tenant: 'navy', scopes: ['users:list'] }))
    expect(await callerOf(served)).toEqual({ subject: 'ada', tenant: 'navy', scopes: ['users:list'] })
    expect((await served.fetch('/users')).status).toBe(403)
  })

  test('lets a request say who it is from where the configuration names headers', async () => {
    const headers = { subject: 'X-Dev-Subject', tenant: 'x-dev-tenant', scopes: 'x-dev-scopes' }
    await using served = await serve(options({ headers }))
    const said = { 'x-dev-subject': 'grace', 'x-dev-tenant': 'navy', 'x-dev-scopes': 'users:read  b' }
    expect(await callerOf(served, said)).toEqual({ subject: 'grace', tenant: 'navy', scopes: ['users:read', 'b'] })
    expect(await callerOf(served)).toEqual({ subject: 'developer', scopes: ['*'] })
    expect(await callerOf(served, { 'x-dev-subject': '', 'x-dev-scopes': '' })).toEqual({
      subject: 'developer',
      scopes: [],
    })
  })

  test('takes nobody’s word in headers that the configuration does not name', async () => {
    await using served = await serve(options())
    expect(await callerOf(served, { 'x-dev-subject': 'grace' })).toMatchObject({ subject: 'developer' })
  })

  test('warns when the host starts, and is degraded as long as it runs', async () => {
    const { logger, lines } = recordingLogger()
    await using served = await serve(options({}, { logger }))
    expect(lines).toContainEqual({
      level: 'warn',
      message: 'INSECURE: every request is let in without proof of who it is from',
      fields: { subject: 'developer', scopes: ['*'] },
    })
    const health = await (await served.fetch('/health/ready')).json()
    expect(health).toMatchObject({
      status: 'degraded',
      modules: [{ module: 'insecure-dev-auth', status: 'degraded' }],
    })
    expect(served.host.module(InsecureDevAuth).health().detail).toContain('as "developer"')
  })
})

describe('in production', () => {
  const before = process.env['NODE_ENV']
  afterEach(() => {
    process.env['NODE_ENV'] = before
  })

  test('it ends the start', async () => {
    process.env['NODE_ENV'] = 'production'
    await expect(unstarted(options()).start()).rejects.toMatchObject({
      code: 'PHASE_FAILED',
      cause: { code: 'AUTHENTICATOR_INSECURE', hint: expect.stringContaining('i_know_this_is_insecure: true') },
    })
  })

  test('it starts for somebody who knows what that means, and warns', async () => {
    process.env['NODE_ENV'] = 'production'
    const { logger, lines } = recordingLogger()
    await using served = await serve(options({ i_know_this_is_insecure: true }, { logger }))
    expect((await served.fetch('/me')).status).toBe(200)
    expect(lines.filter(({ message }) => message.startsWith('INSECURE'))).toHaveLength(1)
  })
})

describe('where an authenticator is looked for', () => {
  const registering = (hook: 'init' | 'postInit'): ModuleClass =>
    defineModule(
      { name: 'own-auth', capabilities: ['system'] },
      class {
        #ctx: ModuleCtx | undefined
        init(ctx: ModuleCtx): void {
          this.#ctx = ctx
          if (hook === 'init') this.#register()
        }
        postInit(): void {
          if (hook === 'postInit') this.#register()
        }
        #register(): void {
          this.#ctx?.clients.register(authenticatorKey, { authenticate: () => ({ subject: hook, scopes: [] }) })
        }
      },
    )

  test.each(['init', 'postInit'] as const)('one that is registered in %s is found', async (hook) => {
    await using served = await serve({ modules: [registering(hook), restModule('users', me)] })
    expect(await callerOf(served)).toMatchObject({ subject: hook })
  })

  test('and none is there, the start ends and says which modules to add', async () => {
    const start = unstarted({ modules: [restModule('users', me)] }).start()
    await expect(start).rejects.toMatchObject({
      cause: {
        code: 'AUTHENTICATOR_MISSING',
        details: { operations: ['GET /me', 'GET /users'] },
        hint: expect.stringMatching(/JwtAuth[^]*modules\.jwt-auth\.config[^]*InsecureDevAuth/),
      },
    })
  })

  test('and public operations alone are there, none is missed', async () => {
    await using served = await serve((rest) =>
      rest
        .get('/open')
        .public()
        .response(204)
        .handle(() => undefined),
    )
    expect((await served.fetch('/open')).status).toBe(204)
  })

  test.each([
    ['the other one', [JwtAuth, InsecureDevAuth], 'insecure-dev-auth'],
    ['one of the program', [registering('init'), InsecureDevAuth], 'insecure-dev-auth'],
    ['the other one first', [InsecureDevAuth, JwtAuth], 'jwt-auth'],
  ] as const)('ours do not take the place of %s', async (_, modules, module) => {
    const config = { issuer: 'i', audience: 'a', secret: 's'.repeat(32) }
    const sections = modules.some((one) => one === JwtAuth) ? { 'jwt-auth': { config } } : {}
    await expect(unstarted({ modules, sections }).start()).rejects.toMatchObject({
      cause: { code: 'AUTHENTICATOR_DUPLICATE', details: { module } },
    })
  })
})
