import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { defineModule, type SystemContext } from '@modkit/core'
import { InsecureDevAuth, ModuleOrchestrator } from '../src/index.js'
import { restModule, serve, type ServeOptions, type Serving } from './support/serve.js'

const INSTANCE = '018f3c1e-0000-7000-8000-000000000001'

/** A process of another make has registered with the directory. */
const Registered = defineModule(
  { name: 'registered', capabilities: ['system'] },
  class {
    preInit({ moduleManager }: SystemContext): void {
      const [module, instanceId] = ['billing', INSTANCE]
      const services = { 'billing.v1.Billing': 'http://127.0.0.1:41233' }
      moduleManager.registerInstance({ module, instanceId, services, version: '1.2.3', owner: 'not told' })
      moduleManager.markReady(module, instanceId)
    }
  },
)
const Orders = defineModule({ name: 'orders', deps: ['accounts'] }, class {})
const Accounts = defineModule({ name: 'accounts' }, class {})

const PATH = '/module-orchestrator/v1/modules'

const options = (sections: ServeOptions['sections'] = {}): ServeOptions => ({
  modules: [InsecureDevAuth, ModuleOrchestrator, Registered, Orders, Accounts],
  sections: { 'insecure-dev-auth': { config: { headers: { scopes: 'x-scopes' } } }, ...sections },
})

const statusWith = async (served: Serving, scopes: string): Promise<number> =>
  (await served.fetch(PATH, { headers: { 'x-scopes': scopes } })).status

test('lists the modules of the host by name, then those that its directory knows, with their instances', async () => {
  await using served = await serve(options())
  const { items } = (await (await served.fetch(PATH)).json()) as { items: readonly { readonly name: string }[] }
  expect(items.map(({ name }) => name)).toEqual([
    'accounts',
    'api-gateway',
    'insecure-dev-auth',
    'module-orchestrator',
    'orders',
    'registered',
    'billing',
  ])
  const shown = await readFile(new URL('./fixtures/docs/modules.json', import.meta.url), 'utf8')
  expect({ items: [items[4], items.at(-1)] }).toEqual(JSON.parse(shown))
})

test('tells callers who may read modules, or what the configuration asks for, and nobody else', async () => {
  await using served = await serve(options())
  expect(await statusWith(served, 'modules:read')).toBe(200)
  expect(await statusWith(served, 'orders:read')).toBe(403)
  await using open = await serve(options({ 'module-orchestrator': { config: { scopes: [] } } }))
  expect(await statusWith(open, 'orders:read')).toBe(200)
})

test('does not start in a host that knows no callers, and is not there unless it is asked for', async () => {
  await expect(serve({ modules: [ModuleOrchestrator] })).rejects.toMatchObject({
    cause: { code: 'AUTHENTICATOR_MISSING' },
  })
  await using served = await serve({ modules: [restModule('users', () => undefined)] })
  expect((await served.fetch(PATH)).status).toBe(404)
})
