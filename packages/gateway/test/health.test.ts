import { describe, expect, test } from '@jest/globals'
import { defineModule, type Host, type ModuleClass, type ModuleHealth } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import { ApiGateway, gatewayConfig, type GatewayConfig } from '../src/index.js'
import { serve, Serving, unstarted } from './support/serve.js'

function moduleWith(health: () => ModuleHealth | Promise<ModuleHealth>, name = 'ledger'): ModuleClass {
  return defineModule(
    { name },
    class {
      health = health
    },
  )
}

/** A host whose clock, and that of its gateway, stands still. */
async function servedBy(
  clock: FakeClock,
  modules: readonly ModuleClass[],
  config: GatewayConfig = {},
): Promise<Serving> {
  const gateway = defineModule(
    { name: 'api-gateway', capabilities: ['system', 'rest_host', 'stateful'], config: gatewayConfig },
    // The host makes its modules without arguments.
    class extends ApiGateway {
      constructor() {
        super({ clock })
      }
    },
  )
  return await serve({ modules, config, gateway, host: { clock } })
}

/** Resolves when so many requests more have been handed to whatever answers them. */
function arrivals({ gateway }: Serving, count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count
    gateway.use((_request, _response, next) => {
      next()
      // Express hands it on with its next turn.
      if (--left === 0) setImmediate(resolve)
    })
  })
}

describe('modules', () => {
  test('are asked once for all probes of a moment, and again when what they said is old', async () => {
    const clock = new FakeClock()
    let asked = 0
    const module = moduleWith(() => ({ status: asked++ === 0 ? 'ok' : 'degraded' }))
    await using served = await servedBy(clock, [module])
    const statuses = () =>
      Promise.all(
        ['/health/ready', '/health', '/healthz', '/health/ready'].map(async (path) => {
          return ((await (await served.fetch(path)).json()) as { status: string }).status
        }),
      )
    expect([await statuses(), asked]).toEqual([['ok', 'ok', 'ok', 'ok'], 1])
    await clock.advance(999)
    expect([await statuses(), asked]).toEqual([['ok', 'ok', 'ok', 'ok'], 1])
    await clock.advance(1)
    expect([await statuses(), asked]).toEqual([['degraded', 'degraded', 'degraded', 'degraded'], 2])
  })

  test('that take their time are asked once by all who come meanwhile', async () => {
    let asked = 0
    let answer: (health: ModuleHealth) => void = () => undefined
    const answered = new Promise<ModuleHealth>((resolve) => (answer = resolve))
    const module = moduleWith(() => {
      asked++
      return answered
    })
    await using served = await servedBy(new FakeClock(), [module], { health: { cache: 0 } })
    const arrived = arrivals(served, 3)
    const probes = [served.fetch('/health/ready'), served.fetch('/health/ready'), served.fetch('/health')]
    await arrived
    answer({ status: 'ok' })
    expect((await Promise.all(probes)).map(({ status }) => status)).toEqual([200, 200, 200])
    expect(asked).toBe(1)
    await served.fetch('/health/ready')
    expect(asked).toBe(2)
  })

  test('that do not answer in time are down, and the others keep what they said', async () => {
    const clock = new FakeClock()
    const silent = moduleWith(() => new Promise(() => undefined), 'silent')
    const fine = moduleWith(() => ({ status: 'ok' }), 'fine')
    await using served = await servedBy(clock, [silent, fine], { health: { timeout: '300ms' } })
    const arrived = arrivals(served, 1)
    const probe = served.fetch('/health/ready')
    await arrived
    await clock.advance(300)
    const response = await probe
    expect([response.status, await response.json()]).toEqual([
      503,
      {
        status: 'unavailable',
        state: 'running',
        modules: [
          { module: 'silent', status: 'down' },
          { module: 'fine', status: 'ok' },
        ],
      },
    ])
  })
})

describe('a probe', () => {
  test('hears that the host shuts down at once, whatever modules said a moment ago or have yet to say', async () => {
    const clock = new FakeClock()
    let resume: () => void = () => undefined
    let asked = 0
    const module = moduleWith(async () => {
      if (asked++ > 0) await new Promise<void>((resolve) => (resume = resolve))
      return { status: 'ok' }
    })
    const host = unstarted({
      modules: [module],
      host: { clock, drain: { lameDuck: '30s' } },
      config: { health: { cache: 0 } },
    })
    await host.start()
    await using served = new Serving(host, host.module(ApiGateway))
    expect((await served.fetch('/health/ready')).status).toBe(200)
    const arrived = arrivals(served, 1)
    const waiting = served.fetch('/health/ready')
    await arrived
    const stopped = host.stop()
    const unavailable = [503, { status: 'unavailable', state: 'stopping', modules: [] }]
    const answerOf = async (response: Response): Promise<unknown[]> => [response.status, await response.json()]
    expect(await answerOf(await served.fetch('/health/ready'))).toEqual(unavailable)
    expect((await served.fetch('/health/live')).status).toBe(200)
    expect((await served.fetch('/health/startup')).status).toBe(200)
    resume()
    expect(await answerOf(await waiting)).toEqual(unavailable)
    await clock.advance(30_000)
    await stopped
  })

  test('of the start hears 503 until the host has come to run, and 200 from then on', async () => {
    const seen: unknown[] = []
    const late = defineModule(
      { name: 'late', capabilities: ['stateful'] },
      class {
        async start(): Promise<void> {
          const response = await fetch(`${host.module(ApiGateway).address ?? ''}/health/startup`)
          seen.push([response.status, response.headers.get('cache-control'), await response.json()])
        }
        stop(): void {
          // Nothing was begun.
        }
      },
    )
    const host: Host = unstarted({ modules: [late, moduleWith(() => ({ status: 'down' }))] })
    await host.start()
    await using served = new Serving(host, host.module(ApiGateway))
    expect(seen).toEqual([[503, 'no-store', { status: 'unavailable', state: 'starting' }]])
    const response = await served.fetch('/health/startup')
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok', state: 'running' }])
  })
})

test('a duration of the probes that is none is reported with the configuration', async () => {
  const host = unstarted({ config: { health: { cache: 'soon' } } })
  expect(JSON.stringify(await host.start().catch((error: unknown) => error))).toContain('health.cache')
})
