import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { defineModule, HostError, type Host, type ModuleHealth, type RestApi } from '@modkit/core'
import { FakeClock } from '@modkit/core/spi'
import * as z from 'zod'
import { ApiGateway } from '../src/index.js'
import { recordingLogger, restModule, serve, Serving, unstarted } from './support/serve.js'

const ok = (rest: RestApi): void =>
  rest
    .get('/ok')
    .public()
    .response(200, z.object({ ok: z.boolean() }))
    .handle(() => ({ ok: true }))

describe('binding', () => {
  test('happens before any other module starts; until the host runs, operations answer 503', async () => {
    const seen: unknown[] = []
    const prober = defineModule(
      { name: 'prober', capabilities: ['stateful', 'rest'] },
      class {
        registerRest(_: unknown, rest: RestApi): void {
          ok(rest)
          rest.mount('/mounted', (_request, response) => void response.send('mounted'))
        }
        async start(): Promise<void> {
          for (const path of ['/ok', '/mounted', '/health/ready', '/health/live', '/health', '/healthz']) {
            const response = await fetch((host.module(ApiGateway).address ?? '') + path)
            seen.push([path, response.status, response.headers.get('retry-after')])
          }
        }
        stop(): void {
          // Nothing was begun.
        }
      },
    )
    const host: Host = unstarted({ modules: [prober] })
    await host.start()
    await using served = new Serving(host, host.module(ApiGateway))
    expect(seen).toEqual([
      ['/ok', 503, '1'],
      ['/mounted', 503, '1'],
      ['/health/ready', 503, null],
      ['/health/live', 200, null],
      ['/health', 503, null],
      ['/healthz', 503, null],
    ])
    expect((await served.fetch('/ok')).status).toBe(200)
    expect((await served.fetch('/mounted')).status).toBe(200)
  })

  test('is logged with the address', async () => {
    const { logger, lines } = recordingLogger()
    await using served = await serve({ logger })
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'info', message: expect.stringContaining(served.url) }),
    )
  })

  test('fails the start when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = `127.0.0.1:${String((other.address() as AddressInfo).port)}`
    const host = unstarted({ config: { bind_addr: address } })
    const failure = HostError.find(await host.start().catch((error: unknown) => error), 'BIND_FAILED')
    expect(failure?.details).toEqual({ address, reason: 'it is in use' })
    expect(host.state).toBe('failed')
    other.close()
  })

  test.each(['8087', 'localhost', '127.0.0.1:99999', '::1:80', 'http://a:1'])(
    'refuses the address %j',
    async (address) => {
      const host = unstarted({ config: { bind_addr: address } })
      const failure = await host.start().catch((error: unknown) => error)
      expect(HostError.is(failure, 'LISTEN_ADDRESS_INVALID')).toBe(true)
    },
  )

  test('takes a host name and an IPv6 address', async () => {
    await using named = await serve({ config: { bind_addr: 'localhost:0' } })
    await using six = await serve({ config: { bind_addr: '[::1]:0' } })
    expect(named.url).toMatch(/^http:\/\/localhost:\d+$/)
    expect((await six.fetch('/health/live')).status).toBe(200)
  })

  test('refuses a configuration with unknown keys, naming the nearest', async () => {
    const host = unstarted({ config: { bind_adr: '127.0.0.1:0' } as never })
    const failure = await host.start().catch((error: unknown) => error)
    expect(JSON.stringify(failure)).toMatch(/bind_adr[^}]*bind_addr/)
  })
})

describe('readiness', () => {
  async function readiness(health: () => ModuleHealth | Promise<ModuleHealth>) {
    const module = defineModule(
      { name: 'ledger' },
      class {
        health = health
      },
    )
    await using served = await serve({ modules: [module] })
    const response = await served.fetch('/health/ready')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const text = await response.text()
    expect(await (await served.fetch('/healthz')).text()).toBe(text)
    return { status: response.status, text, report: JSON.parse(text) as unknown }
  }

  test('is ok while every module is', async () => {
    expect(await readiness(() => ({ status: 'ok' }))).toMatchObject({
      status: 200,
      report: { status: 'ok', state: 'running', modules: [{ module: 'ledger', status: 'ok' }] },
    })
  })

  test('is degraded, and still 200, when a module says so', async () => {
    expect(await readiness(() => ({ status: 'degraded' }))).toMatchObject({
      status: 200,
      report: { status: 'degraded' },
    })
  })

  test('is 503 when a module is down, and says nothing of the reason', async () => {
    const answers = [
      await readiness(() => ({ status: 'down', detail: 'disk /dev/sda is full' })),
      await readiness(() => Promise.reject(new Error('disk /dev/sda is full'))),
    ]
    for (const { status, text } of answers) {
      expect([status, text]).toEqual([503, expect.stringContaining('"status":"unavailable"')])
      expect(text).not.toContain('disk')
    }
  })
})

describe('an optional module that failed', () => {
  test('has operations and mounts that answer 503, and a host that is degraded', async () => {
    const broken = defineModule(
      { name: 'broken', capabilities: ['rest'], optional: true },
      class {
        init(): void {
          throw new Error('no')
        }
        registerRest(_: unknown, rest: RestApi): void {
          ok(rest)
          rest.mount('/mounted', (_request, response) => void response.send('mounted'))
        }
      },
    )
    await using served = await serve({ modules: [broken] })
    expect(await (await served.fetch('/ok')).json()).toMatchObject({ status: 503, code: 'MODULE_UNAVAILABLE' })
    expect((await served.fetch('/mounted')).status).toBe(503)
    expect(await (await served.fetch('/health')).json()).toMatchObject({ status: 'degraded' })
  })
})

describe('draining', () => {
  /** A gate at which requests wait until the test lets them pass. */
  function gate() {
    const entered = new EventTarget()
    let open: () => void = () => undefined
    const opened = new Promise<void>((resolve) => (open = resolve))
    const module = restModule('waiting', (rest) =>
      rest
        .get('/wait')
        .public()
        .response(200, z.object({ ok: z.boolean() }))
        .handle(async () => {
          entered.dispatchEvent(new Event('request'))
          await opened
          return { ok: true }
        }),
    )
    return { module, open, arrival: () => once(entered, 'request') }
  }

  test('finishes what is in flight, tells the client to come back elsewhere, and takes nothing new', async () => {
    const { module, open, arrival } = gate()
    const served = await serve({ modules: [module] })
    const arrived = arrival()
    const pending = served.fetch('/wait')
    await arrived
    const stopped = served.host.stop()
    await expect(served.fetch('/wait')).rejects.toThrow()
    open()
    const response = await pending
    expect([response.status, response.headers.get('connection'), await response.json()]).toEqual([
      200,
      'close',
      { ok: true },
    ])
    expect(await stopped).toMatchObject({ leftBehind: [] })
  })

  test('still serves during the lame-duck time, also whom it never served before, while it says that it is not ready', async () => {
    const { logger, lines } = recordingLogger()
    const clock = new FakeClock()
    const host = unstarted({ modules: [restModule('m', ok)], host: { clock, drain: { lameDuck: '30s' } }, logger })
    await host.start()
    await using served = new Serving(host, host.module(ApiGateway))
    const stopped = host.stop()
    expect((await served.fetch('/ok')).status).toBe(200)
    expect((await served.fetch('/health/ready')).status).toBe(503)
    await clock.advance(30_000)
    await stopped
    expect(lines.map(({ message }) => message)).toContain('Phase: stop')
  })

  test('closes connections on which nothing happens', async () => {
    const served = await serve({})
    const socket = connect(served.port, '127.0.0.1')
    socket.write('GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n')
    await once(socket, 'data')
    const closed = once(socket, 'close')
    await served.host.stop()
    await closed
    expect(socket.destroyed).toBe(true)
  })

  test('cuts what is left when its deadline passes', async () => {
    const { module, arrival } = gate()
    const served = await serve({ modules: [module] })
    const arrived = arrival()
    const pending = served.fetch('/wait')
    await arrived
    const deadline = new AbortController()
    const drained = served.gateway.drain(deadline.signal)
    const cut = expect(pending).rejects.toThrow()
    deadline.abort()
    await drained
    await cut
    await served.host.stop()
  })
})
