import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentials, makeGenericClientConstructor, status } from '@grpc/grpc-js'
import { describe, expect, test } from '@jest/globals'
import { loadService } from '@modkit/grpc'
import { allEnded } from '../support/processes.js'
import { openShop, type Shop } from './shop.js'

const moved = { runtime: { type: 'oop' } }
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${trace}-00f067aa0ba902b7-01`

/** Starts a program twice over, each of which compiles itself. */
const SLOW = 60_000

const shopWith = async (pricing: object, options: object = {}): Promise<Shop> =>
  (await openShop({ pricing, ...options })).running()

describe('a module of the program in a process of its own', () => {
  test(
    'is called, calls what it depends on, and knows who is calling, in which trace',
    async () => {
      const shop = await shopWith(
        { ...moved, config: { amount: 7 } },
        { env: { APP__MODULES__FRONT__CONFIG__SECRET: 'of the host' } },
      )
      const [pid] = await shop.pids()
      const offer = await shop.price('apple', { traceparent })
      expect(offer).toMatchObject({ amount: 7, pid, rows: 1, trace, caller: 'nobody' })
      expect(offer.stock).toEqual({ left: 5, pid: shop.process.pid, trace, caller: 'nobody' })
      expect(offer.told).toBe('no coupons, 0 characters, secret unknown')
      const mine = await shop.fetch('/shop/v1/my/prices/apple', { headers: { authorization: 'Bearer ada' } })
      expect(await mine.json()).toMatchObject({ caller: 'ada', stock: { caller: 'ada' } })
      expect(await (await shop.fetch('/shop/v1/counts')).json()).toEqual([1, 2, 3])
      expect(await shop.children()).toMatchObject([{ module: 'pricing', index: 1, state: 'ready', restarts: 0 }])
    },
    SLOW,
  )

  test(
    'is configured by variables as it is in the host: the spelling of their names is that of its schema',
    async () => {
      const shop = await shopWith(moved, { env: { APP__MODULES__PRICING__CONFIG__MIN_AMOUNT: '9' } })
      expect(await shop.price('apple')).toMatchObject({ amount: 9, pid: (await shop.pids())[0] })
    },
    SLOW,
  )

  test(
    'gets the variables that its database asks for, whatever they are called',
    async () => {
      const database = { engine: 'sqlite', path: '${MODKIT_SHOP_DIRECTORY}/named-by-variable.db' }
      const directory = mkdtempSync(join(tmpdir(), 'modkit-shop-db-'))
      try {
        const shop = await shopWith({ ...moved, database }, { env: { MODKIT_SHOP_DIRECTORY: directory } })
        expect(await shop.price('apple')).toMatchObject({ rows: 1, pid: (await shop.pids())[0] })
        expect(readdirSync(directory)).toContain('named-by-variable.db')
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    },
    SLOW,
  )

  test(
    'fails as it does in the host: by the contract of what it calls, at its deadline, and when its caller goes',
    async () => {
      const shop = await shopWith(moved)
      const soldOut = await shop.fetch('/shop/v1/prices/sold-out')
      expect([soldOut.status, await soldOut.json()]).toEqual([409, expect.objectContaining({ code: 'SOLD_OUT' })])
      const late = await shop.fetch('/shop/v1/sleep/deadline?ms=200')
      expect([late.status, await late.json()]).toEqual([504, expect.objectContaining({ code: 'DEADLINE_EXCEEDED' })])
      await shop.says('woken deadline')
      const leaving = new AbortController()
      const gone = shop.fetch('/shop/v1/sleep/cancelled', { signal: leaving.signal })
      await shop.says('asleep cancelled')
      leaving.abort()
      await expect(gone).rejects.toThrow()
      await shop.says('woken cancelled')
    },
    SLOW,
  )

  test('comes back when it is killed, and calls wait for it', async () => {
    const shop = await shopWith(moved)
    const [pid] = await shop.pids()
    process.kill(pid ?? NaN, 'SIGKILL')
    const offer = await shop.price('apple')
    expect(offer.pid).not.toBe(pid)
    expect(await shop.children()).toMatchObject([{ state: 'ready', restarts: 1, history: [{ pid, end: 'signal SIGKILL' }] }])
  }, SLOW) // prettier-ignore

  test(
    'runs as often as is configured, and its instances are called in turn',
    async () => {
      const shop = await shopWith({ runtime: { type: 'oop', instances: 2 } })
      const pids = await shop.pids()
      expect(pids).toHaveLength(2)
      const callees = new Set<number>()
      for (let i = 0; i < 10; i++) callees.add((await shop.price('apple')).pid)
      expect([...callees].sort()).toEqual([...pids].sort())
    },
    SLOW,
  )

  test(
    'leaves when the host stops: out of the directory, then in order',
    async () => {
      const shop = await shopWith(moved, { config: { logging: { default: { console_level: 'debug' } } } })
      const pids = await shop.pids()
      shop.kill('SIGTERM')
      expect(await shop.end).toMatchObject({ code: 0 })
      await allEnded(pids)
      expect(shop.log).toMatch(/pricing has stopped/)
      expect(shop.log).toMatch(/process exited gracefully.*exit code 0/)
    },
    SLOW,
  )

  test(
    'is told to make haste before the host ends it by force',
    async () => {
      const shop = await shopWith(moved, { env: { SHOP_PRICING: 'stops-at-its-deadline' } })
      shop.kill('SIGTERM')
      expect(await shop.end).toMatchObject({ code: 0 })
      expect(shop.log).toContain('pricing has stopped')
      expect(shop.log).not.toContain('force killing')
    },
    SLOW,
  )

  test(
    'takes its configuration through a descriptor where it is long',
    async () => {
      const shop = await shopWith({ ...moved, config: { padding: 'x'.repeat(200_000) } })
      expect((await shop.price('apple')).told).toContain('200000 characters')
    },
    SLOW,
  )

  test(
    'ends with a host that is killed, within two seconds',
    async () => {
      const shop = await shopWith({ runtime: { type: 'oop', instances: 2 } })
      const pids = await shop.pids()
      shop.kill('SIGKILL')
      await shop.end
      const startedAt = performance.now()
      await allEnded(pids)
      // The machine that the tests run on may be busy; the soak holds the two seconds.
      expect(performance.now() - startedAt).toBeLessThan(5_000)
    },
    SLOW,
  )

  test(
    'is told of in the health of the host: while it is away the host is degraded',
    async () => {
      const shop = await shopWith({ runtime: { type: 'oop', restart: 'never' } })
      const health = async (): Promise<unknown> => (await shop.fetch('/health/ready')).json()
      expect(await health()).toMatchObject({ status: 'ok', modules: [{ module: 'pricing', status: 'ok' }] })
      process.kill((await shop.pids())[0] ?? NaN, 'SIGKILL')
      await shop.says('OoP module has failed and is not started again')
      const degraded = { status: 'degraded', modules: [{ module: 'pricing', status: 'degraded' }] }
      let last = await health()
      while ((last as { status: string }).status === 'ok') last = await health()
      expect(last).toMatchObject(degraded)
    },
    SLOW,
  )

  test(
    'is asked how it is, in its process, and the host shows what it says',
    async () => {
      const shop = await shopWith(moved, { env: { SHOP_PRICING: 'down' } })
      let response = await shop.fetch('/health/ready')
      while (response.status === 200) response = await shop.fetch('/health/ready')
      expect([response.status, await response.json()]).toEqual([
        503,
        { status: 'unavailable', state: 'running', modules: [{ module: 'pricing', status: 'down' }] },
      ])
      const health = { status: 'down', detail: 'no price list' }
      expect(await shop.children()).toMatchObject([{ state: 'ready', instance: { health } }])
    },
    SLOW,
  )

  test(
    'is missed where somebody else has told a process of it to end, which it did in order',
    async () => {
      const shop = await shopWith(moved)
      process.kill((await shop.pids())[0] ?? NaN, 'SIGTERM')
      await shop.says('OoP module has ended by itself')
      const [child] = await shop.children()
      expect(child).toMatchObject({ state: 'exited', reason: 'exit code 0' })
      // Every state that a process goes through which somebody tells to end.
      expect(child?.history[0]?.states.map(({ state }) => state)).toEqual([
        'spawning',
        'connected',
        'registered',
        'ready',
        'draining',
        'exited',
      ])
      expect(await (await shop.fetch('/health/ready')).json()).toMatchObject({
        status: 'degraded',
        modules: [{ module: 'pricing', status: 'degraded' }],
      })
    },
    SLOW,
  )

  test(
    'that does not start does not let the host start',
    async () => {
      const shop = await openShop({ pricing: moved, env: { SHOP_PRICING: 'never-starts' } })
      const { code, stderr } = await shop.end
      expect(code).toBe(1)
      expect(stderr).toContain('OOP_NOT_READY')
    },
    SLOW,
  )

  test(
    'that fails does not let the host start, whose last word says why',
    async () => {
      const pricing = { runtime: { type: 'oop', restart: 'never' } }
      const shop = await openShop({ pricing, env: { SHOP_PRICING: 'fails' } })
      const { code, stderr } = await shop.end
      expect(code).toBe(1)
      const lastWord = stderr.slice(stderr.lastIndexOf('OOP_NOT_READY'))
      expect(lastWord).toContain('Caused by Error: the price list is missing. It wrote last:')
      expect(lastWord).toContain('Caused by: Error: the price list is missing')
      expect(lastWord).not.toMatch(/[|] +at /)
    },
    SLOW,
  )

  test(
    'that cannot run as it is configured is spawned once, and the host says why at once',
    async () => {
      const shop = await openShop({ pricing: moved, env: { SHOP_PRICING: 'misconfigured' } })
      const { code, stderr } = await shop.end
      expect(code).toBe(1)
      expect(stderr.split('Spawned OoP module with log forwarding')).toHaveLength(2)
      const lastWord = stderr.slice(stderr.lastIndexOf('OOP_NOT_READY'))
      expect(lastWord).toMatch(/exit code 78: .*MODULE_CONFIG_INVALID: .*listFile/)
      expect(lastWord).not.toMatch(/exit code 78: .*kept alive/)
    },
    SLOW,
  )

  test(
    'is migrated by its host, which spawns nothing for it, and finds its tables there later',
    async () => {
      const env = { SHOP_PRICING: 'migrates' }
      const migrating = await openShop({ pricing: moved, env })
      const { code, stdout, stderr } = await migrating.end
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ modules: [{ module: 'pricing', applied: ['001-asked'] }] })
      expect(stderr).not.toContain('Spawned')
      const database = { engine: 'sqlite', path: join(migrating.directory, 'pricing.db') }
      const shop = await shopWith({ ...moved, database })
      expect(await shop.price('apple')).toMatchObject({ rows: 1 })
      expect(shop.log).not.toContain('DB migration applied')
    },
    SLOW,
  )

  test(
    'runs under a loader, which its process loads too',
    async () => {
      const shop = await (await openShop({ pricing: moved, loader: true })).running()
      expect(await shop.price('apple')).toMatchObject({ pid: (await shop.pids())[0] })
    },
    2 * SLOW,
  )

  test(
    'has clients that only processes of its own host may call',
    async () => {
      const shop = await shopWith(moved)
      const endpoint = /gRPC hub listens on http:[/][/](\S+)/.exec(shop.log)?.[1] ?? ''
      const definition = loadService(new URL('../fixtures/placement/shop.proto', import.meta.url), 'shop.v1.Stock')
      const Stock = makeGenericClientConstructor(definition, 'Stock')
      const stranger = new Stock(endpoint, credentials.createInsecure())
      const failed = await new Promise<unknown>((resolve) => stranger['Left']?.({ name: 'apple' }, resolve))
      stranger.close()
      expect(failed).toMatchObject({ code: status.UNAUTHENTICATED })
    },
    SLOW,
  )

  test(
    'is called by its host where the hub demands that callers say who they are',
    async () => {
      const hub = { config: { listen_addr: '127.0.0.1:0', authentication: 'required' } }
      const shop = await shopWith(moved, { modules: { 'grpc-hub': hub } })
      expect(await shop.price('apple')).toMatchObject({ caller: 'nobody', stock: { caller: 'nobody' } })
    },
    SLOW,
  )
})
